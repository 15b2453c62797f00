import type { TestProject } from 'vitest/node';
import { type Target, targets } from './capabilities.ts';

/** The API that API_URL names as the target of the end-to-end tests, called with the tokens in API_TOKENS. */
export default function setup(project: TestProject): void {
  project.provide('target', readTarget(process.env));
}

/** @throws with a sentence that names the setting which is missing or wrong */
export function readTarget({ API_URL, API_TOKENS, API_TARGET = 'stage' }: NodeJS.ProcessEnv): Target {
  const apiUrl = API_URL?.replace(/\/$/, '');
  if (!apiUrl || !URL.canParse(apiUrl)) {
    throw new Error('API_URL must be the address of the API, such as the ApiUrl that cdk deploy prints.');
  }
  const tokens = API_TOKENS?.split(',').filter(Boolean) ?? [];
  if (new Set(tokens).size < 2) {
    throw new Error('API_TOKENS must hold access tokens of two users, separated by a comma.');
  }
  const kinds = Object.keys(targets);
  if (!kinds.includes(API_TARGET)) throw new Error(`API_TARGET must be one of ${kinds.join(', ')}.`);
  const { name, lacks } = targets[API_TARGET as keyof typeof targets];
  const issuer = { 'an obedient issuer': 'its issuer takes no orders from tests' };
  return { name, lacks: { ...issuer, ...lacks }, apiUrl, toldUrl: apiUrl, tokens };
}
