import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { createEngineServer } from './server.ts';

/** Runs the embedded engine: tells its port when it listens, and stops at any message, after what it has begun. */
const { path } = workerData as { path?: string };
const server = createEngineServer(path);

let underWay = 0;
let onIdle = () => {};

/** A request is done when it is answered: a client that has gone does not end its write. */
server.prependListener('request', (_request: IncomingMessage, response: ServerResponse) => {
  underWay += 1;
  const end = response.end;
  response.end = function (this: ServerResponse, ...args: unknown[]) {
    underWay -= 1;
    if (underWay === 0) onIdle();
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
  if (underWay === 0) onIdle();
});
