import { createServer } from 'node:http';
import type { LocalDeployment } from '../../../infra/local/deploy.ts';
import { type Listener, listen } from '../listen.ts';
import { type Access, grantedAccess } from './access.ts';
import type { EnforcingProxy } from './enforcing-proxy.ts';

/** The accesses that the functions used in the end-to-end tests, and those that the template grants. */
export interface AccessReport {
  readonly granted: readonly Access[];
  readonly used: readonly Access[];
}

/** Starts a server for other processes: GET gives the report, and POST runs the schedules. */
export async function serveAccessReport(
  proxy: EnforcingProxy,
  deployment: LocalDeployment,
): Promise<Listener> {
  const reportAccess = (): AccessReport => ({
    granted: grantedAccess(deployment.deployment.functions),
    used: proxy.used(),
  });
  const server = createServer(async (request, outgoing) => {
    const result = request.method === 'POST' ? await deployment.runSchedules() : reportAccess();
    outgoing.end(JSON.stringify(result));
  });
  return listen(server);
}
