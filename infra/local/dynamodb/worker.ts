import type { AddressInfo } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import dynalite from 'dynalite';
import { readSynchronously } from './synchronous-reads.ts';

/** Runs the embedded engine: tells its port when it listens, and stops at any message. */
readSynchronously();
const { path } = workerData as { path?: string };
const server = dynalite({ createTableMs: 0, ...(path !== undefined && { path }) });

server.listen(0, '127.0.0.1', () => {
  parentPort?.postMessage((server.address() as AddressInfo).port);
});

parentPort?.once('message', () => {
  server.closeAllConnections();
  server.close(() => process.exit(0));
});
