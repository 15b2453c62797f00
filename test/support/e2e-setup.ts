import type { TestProject } from 'vitest/node';
import { type Target, targets } from './capabilities.ts';
import { serveControl } from './control.ts';
import { isEmbeddedChosen, startChosenEngine } from './engines.ts';
import { serveAccessReport } from './iam/control.ts';
import { type EnforcingProxy, startEnforcingProxy } from './iam/enforcing-proxy.ts';
import { startSystem } from './system.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    target: Target;
    /** Where the end-to-end tests of this run left what the functions did, if they run. */
    access: { reportUrl: string; endpoint: string; tableName: string; target: Target } | undefined;
  }
}

/**
 * The local deployment as the target of the end-to-end tests, started once for all files, on one engine. Functions may
 * do at the table what the template allows them, as on AWS.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let proxy: EnforcingProxy | undefined;
  const system = await startSystem({
    startEngine: startChosenEngine,
    intercept: async (endpoint) => {
      proxy = await startEnforcingProxy(endpoint);
      return proxy;
    },
  });
  const { deployment } = system.deployment;
  proxy?.enforce(deployment);
  const control = await serveControl(system.issuer);
  // The embedded engine makes the functions do all that they may have to: others show the item of a failed condition.
  const report = isEmbeddedChosen && proxy ? await serveAccessReport(proxy, system.deployment) : undefined;
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
