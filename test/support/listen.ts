import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Listener {
  readonly port: number;
  /** Where it is over http. */
  readonly url: string;
  /** Ends every connection, and waits for the server to be gone. */
  close(): Promise<void>;
}

/** Has a server listen on a free port of the loopback interface. */
export async function listen(server: Server): Promise<Listener> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
