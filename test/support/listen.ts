import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Listener {
  readonly port: number;
  /** The URL of the server. */
  readonly url: string;
  /** Closes every connection, and waits until the server is closed. */
  close(): Promise<void>;
}

/** Makes a server listen on a free port of the loopback interface. */
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
