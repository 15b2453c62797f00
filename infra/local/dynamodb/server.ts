import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import dynalite from 'dynalite';
import { isLoopbackHost } from '../loopback.ts';
import { closeIterators } from './close-iterators.ts';

/**
 * Node.js cuts small Buffers from blocks of 64 KB, and one Buffer that is kept keeps its block. The store in memory
 * keeps each key and each value as a Buffer, between many that are not kept.
 */
const BLOCK_BYTES = 1_024;

/**
 * Makes the HTTP server of the embedded engine. It does not listen yet. It refuses requests of web pages: dynalite
 * accepts any credentials, and allows every origin in its CORS headers.
 * @param path the folder of the LevelDB store; undefined keeps the data in memory
 */
export function createEngineServer(path: string | undefined): Server {
  closeIterators();
  if (path === undefined) Buffer.poolSize = BLOCK_BYTES;
  const server = dynalite({ createTableMs: 0, ...(path !== undefined && { path }) });
  const handlers = server.listeners('request');
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (isFromWebPage(request)) return refuse(response);
    for (const handler of handlers) handler.call(server, request, response);
  });
  return server;
}

/** Browsers send Origin with each POST. The Host is a foreign one after DNS rebinding. */
function isFromWebPage({ headers }: IncomingMessage): boolean {
  return headers.origin !== undefined || !isLoopbackHost(headers.host);
}

function refuse(response: ServerResponse): void {
  const body = JSON.stringify({
    __type: 'com.amazon.coral.service#AccessDeniedException',
    message: 'The embedded engine takes no requests from web pages, and only those to this machine.',
  });
  response
    .writeHead(403, { 'Content-Type': 'application/x-amz-json-1.0', 'Content-Length': body.length })
    .end(body);
}
