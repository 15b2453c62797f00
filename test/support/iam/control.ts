import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LocalDeployment } from '../../../infra/local/deploy.ts';
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
): Promise<{ url: string; close(): Promise<void> }> {
  const reportAccess = (): AccessReport => ({
    granted: grantedAccess(deployment.deployment.functions),
    used: proxy.used(),
  });
  const server = createServer(async (request, response) => {
    const answer = request.method === 'POST' ? await deployment.runSchedules() : reportAccess();
    response.end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
