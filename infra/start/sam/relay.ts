import { connect, createServer } from 'node:net';

export interface Relay {
  close(): Promise<void>;
}

/** Podman creates its bridge with the first container, and removes it with the last. */
const RETRY_INTERVAL_MS = 100;

/**
 * Relays ports of this machine's loopback from another of its addresses, such as that of the containers' bridge. It
 * listens on that address only, so that other networks do not reach the services. It tries again until the address
 * exists.
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
