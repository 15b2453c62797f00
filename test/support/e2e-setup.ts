import type { TestProject } from 'vitest/node';
import { type Target, targets } from './capabilities.ts';
import { serveControl } from './control.ts';
import { startSystem } from './system.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    target: Target;
  }
}

/** The local deployment as the target of the end-to-end tests, started once for all files. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const system = await startSystem();
  const control = await serveControl(system.issuer);
  project.provide('target', {
    ...targets.local,
    apiUrl: system.apiUrl,
    toldUrl: system.apiUrl,
    issuer: { url: system.issuer.url, controlUrl: control.url },
    tokens: [],
  });
  return async () => {
    await control.close();
    await system.close();
  };
}
