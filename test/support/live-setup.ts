import type { TestProject } from 'vitest/node';
import { type Target, targets } from './capabilities.ts';

/** Makes the API at API_URL the target of the end-to-end tests. They use the tokens in API_TOKENS. */
export default function setup(project: TestProject): void {
  project.provide('target', readTarget(process.env));
}

/**
 * Reads the target from the environment.
 * @throws {Error} when a setting is missing or invalid; the message names it
 */
export function readTarget({ API_URL, API_TOKENS, API_TARGET = 'stage' }: NodeJS.ProcessEnv): Target {
  const apiUrl = API_URL?.replace(/\/$/, '');
  if (!apiUrl || !URL.canParse(apiUrl)) {
    throw new Error('API_URL must be the URL of the API, such as the ApiUrl that cdk deploy prints.');
  }
  const tokens = API_TOKENS?.split(',').filter(Boolean) ?? [];
  if (new Set(tokens).size < 2) {
    throw new Error('API_TOKENS must contain the access tokens of two users, separated by a comma.');
  }
  const kinds = Object.keys(targets);
  if (!kinds.includes(API_TARGET)) throw new Error(`API_TARGET must be one of ${kinds.join(', ')}.`);
  const { name, lacks } = targets[API_TARGET as keyof typeof targets];
  const issuer = { 'an obedient issuer': 'tests cannot control its issuer' };
  return { name, lacks: { ...issuer, ...lacks }, apiUrl, toldUrl: apiUrl, tokens };
}
