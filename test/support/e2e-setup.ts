import type { TestProject } from 'vitest/node';
import { type Target, targets } from './capabilities.ts';
import { serveControl } from './control.ts';
import { chooseEngine, EMBEDDED_ENGINE, startEngine } from './engines.ts';
import { serveAccessReport } from './iam/control.ts';
import { type EnforcingProxy, startEnforcingProxy } from './iam/enforcing-proxy.ts';
import { startSystem } from './system.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    target: Target;
    /** Where to read which actions the functions used. It is undefined when the end-to-end tests do not run. */
    access: { reportUrl: string; endpoint: string; tableName: string; target: Target } | undefined;
  }
}

/**
 * Starts the local deployment once for all files, as the target of the end-to-end tests. As on AWS, functions can use
 * only the actions that the template allows.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let proxy: EnforcingProxy | undefined;
  // This runs in the process of Vitest, which does not have the environment of the project.
  const engine = chooseEngine({ ...process.env, ...project.config.env });
  const system = await startSystem({
    startEngine: () => startEngine(engine),
    intercept: async (endpoint) => {
      proxy = await startEnforcingProxy(endpoint);
      return proxy;
    },
  });
  const { deployment } = system.deployment;
  proxy?.enforce(deployment);
  const control = await serveControl(system.issuer);
  // Only the embedded engine makes the functions use all their actions. Others send the item when a condition fails.
  const report =
    engine === EMBEDDED_ENGINE && proxy ? await serveAccessReport(proxy, system.deployment) : undefined;
  const target = {
    ...targets.local,
    apiUrl: system.apiUrl,
    toldUrl: system.apiUrl,
    issuer: { url: system.issuer.url, controlUrl: control.url },
    tokens: [],
  };
  project.provide('target', target);
  if (proxy && report) {
    project.vitest.provide('access', {
      reportUrl: report.url,
      endpoint: proxy.endpoint,
      tableName: deployment.tables[0]?.name ?? '',
      target,
    });
  }
  return async () => {
    await report?.close();
    await control.close();
    await system.close();
  };
}
