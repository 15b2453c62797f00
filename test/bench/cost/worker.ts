// Measures one warm function: the CPU time of this thread, the logged bytes of a request, and its response.
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import type { Figures } from './model.ts';
import { headerBytes } from './response-size.ts';

const { file, event, requests } = workerData as { file: string; event: unknown; requests: number };
let logged = 0;
for (const stream of [process.stdout, process.stderr]) {
  stream.write = (chunk) => {
    logged += Buffer.byteLength(chunk);
    return true;
  };
}

const processorMs = (since?: NodeJS.CpuUsage) => {
  const { user, system } = process.threadCpuUsage(since);
  return (user + system) / 1000;
};

const started = process.threadCpuUsage();
const { handler } = await import(pathToFileURL(file).href);
const initProcessorMs = processorMs(started);
const context = { awsRequestId: '7c9e6679-7425-40de-944b-e07fc1f90ae7' };
const response = await handler(event, context);
if (response.statusCode >= 300 || response.policyDocument?.Statement?.[0]?.Effect === 'Deny') {
  throw new Error(`${file}: ${JSON.stringify(response)}`);
}
for (let i = 0; i < requests; i++) await handler(event, context);

logged = 0;
const warm = process.threadCpuUsage();
for (let i = 0; i < requests; i++) await handler(event, context);
const responseBytes = Buffer.byteLength(response.body ?? JSON.stringify(response));
const figures: Figures = {
  processorMs: processorMs(warm) / requests,
  initProcessorMs,
  logBytes: logged / requests,
  eventBytes: Buffer.byteLength(JSON.stringify(event)),
  responseBytes,
  headerBytes: headerBytes(response.headers ?? {}, responseBytes),
};
parentPort?.postMessage(figures);
