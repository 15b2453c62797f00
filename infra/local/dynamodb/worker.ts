import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { createEngineServer } from './server.ts';

/** Runs the embedded engine. It sends its port when it listens. At any message it finishes its requests and stops. */
const { path } = workerData as { path?: string };
const server = createEngineServer(path);

let pending = 0;
let onIdle = () => {};

/** A request ends with its response. A write continues when the client closes the connection. */
server.prependListener('request', (_request: IncomingMessage, response: ServerResponse) => {
  pending += 1;
  const end = response.end;
  response.end = function (this: ServerResponse, ...args: unknown[]) {
    pending -= 1;
    if (pending === 0) onIdle();
    return end.apply(this, args as Parameters<typeof end>);
  } as typeof end;
});

server.listen(0, '127.0.0.1', () => {
  parentPort?.postMessage((server.address() as AddressInfo).port);
});

parentPort?.once('message', () => {
  onIdle = () => {
    server.closeAllConnections();
    server.close(() => process.exit(0));
  };
  if (pending === 0) onIdle();
});
