import { connect, createServer } from 'node:net';

export interface Relay {
  close(): Promise<void>;
}

/** Podman makes its bridge with the first container, and takes it away with the last. */
const RETRY_INTERVAL_MS = 100;

/**
 * Makes ports of this machine's loopback reachable on another of its addresses, such as that of the containers'
 * bridge; on no other, so that nobody else's network reaches them. Waits for the address to come into being.
 */
export function startRelay(address: string, ports: readonly number[]): Relay {
  const servers = ports.map((port) => {
    const server = createServer((client) => {
      const service = connect(port, '127.0.0.1');
      client.pipe(service).pipe(client);
      client.on('error', () => service.destroy());
      service.on('error', () => client.destroy());
    });
    let retry: NodeJS.Timeout | undefined;
    const listen = () => void server.listen(port, address);
    server.on('error', () => {
      retry = setTimeout(listen, RETRY_INTERVAL_MS);
    });
    listen();
    return { server, cancel: () => clearTimeout(retry) };
  });
  return {
    async close() {
      for (const { server, cancel } of servers) {
        cancel();
        server.close();
      }
    },
  };
}
