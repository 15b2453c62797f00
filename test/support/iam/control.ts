import { createServer } from 'node:http';
import type { LocalDeployment } from '../../../infra/local/deploy.ts';
import { type Listener, listen } from '../listen.ts';
import { type Access, grantedAccess } from './access.ts';
import type { EnforcingProxy } from './enforcing-proxy.ts';

/** What the end-to-end tests made the functions do, and what the template grants them. */
export interface AccessReport {
  readonly granted: readonly Access[];
  readonly used: readonly Access[];
}

/** Where another process finds the report (GET), and has the schedules run (POST). */
export async function serveAccessReport(
  proxy: EnforcingProxy,
  deployment: LocalDeployment,
): Promise<Listener> {
  const reportAccess = (): AccessReport => ({
    granted: grantedAccess(deployment.deployment.functions),
    used: proxy.used(),
  });
  const server = createServer(async (request, response) => {
    const answer = request.method === 'POST' ? await deployment.runSchedules() : reportAccess();
    response.end(JSON.stringify(answer));
  });
  return listen(server);
}
