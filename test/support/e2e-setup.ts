import type { TestProject } from 'vitest/node';
import type { DynamoDbEngine } from '../../infra/local/dynamodb/engine.ts';
import { type Target, targets } from './capabilities.ts';
import { serveControl } from './control.ts';
import { startChosenEngine } from './engines.ts';
import { startSystem } from './system.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    target: Target;
  }
}

/** The local deployment as the target of the end-to-end tests, started once for all files, on one engine. */
export default async function setup(
  project: TestProject,
  startEngine: () => Promise<DynamoDbEngine> = startChosenEngine,
): Promise<() => Promise<void>> {
  const system = await startSystem({ startEngine });
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
