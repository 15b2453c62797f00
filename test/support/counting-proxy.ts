import { createServer, request as forward } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface CountingProxy {
  readonly endpoint: string;
  /** The operations that passed since the last call, such as `GetItem`. */
  takeOperations(): string[];
  close(): Promise<void>;
}

/** Stands before a DynamoDB engine and notes which operations pass. */
export async function startCountingProxy(target: string): Promise<CountingProxy> {
  let operations: string[] = [];
  const { hostname, port } = new URL(target);
  const server = createServer((incoming, response) => {
    operations.push(String(incoming.headers['x-amz-target']).replace(/^DynamoDB_\d+\./, ''));
    const outgoing = forward({
      hostname,
      port,
      method: incoming.method,
      path: incoming.url,
      headers: incoming.headers,
    });
    outgoing.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    outgoing.on('error', () => response.destroy());
    incoming.pipe(outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    takeOperations() {
      const taken = operations;
      operations = [];
      return taken;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
