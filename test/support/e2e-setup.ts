import type { TestProject } from 'vitest/node';
import { serveControl } from './control.ts';
import { startSystem } from './system.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    apiUrl: string;
    /** undefined for a deployed stage, whose issuer is a real tenant. */
    issuer: { url: string; controlUrl: string } | undefined;
    /** Access tokens of two users of a deployed stage. */
    tokens: string[];
  }
}

/**
 * The target of the end-to-end tests: a deployed stage, if API_URL and API_TOKENS (two users' access tokens,
 * separated by a comma) say where; else the local deployment, started once for all files.
 */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const { API_URL, API_TOKENS = '' } = process.env;
  if (API_URL) {
    project.provide('apiUrl', API_URL.replace(/\/$/, ''));
    project.provide('issuer', undefined);
    project.provide('tokens', API_TOKENS.split(','));
    return undefined;
  }

  const system = await startSystem();
  const control = await serveControl(system.issuer);
  project.provide('apiUrl', system.apiUrl);
  project.provide('issuer', { url: system.issuer.url, controlUrl: control.url });
  project.provide('tokens', []);
  return async () => {
    await control.close();
    await system.close();
  };
}
