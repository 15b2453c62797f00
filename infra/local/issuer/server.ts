import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Cors } from './cors.ts';
import type { Fault, Faults } from './faults.ts';
import { type Handler, type HttpRequest, type HttpResponse, json } from './http.ts';
import { OAuthError } from './oauth-error.ts';

const bodyLimitBytes = 64 * 1024;

/** One path of the issuer. */
export interface Route {
  /** The name that faults and counts go by; two paths may share it. */
  readonly endpoint: string;
  readonly path: string;
  readonly methods: readonly string[];
  readonly handler: Handler;
  /** Whether scripts of other origins may call it. */
  readonly cors: boolean;
}

export interface RoutesOptions {
  readonly routes: readonly Route[];
  readonly cors: Cors;
  readonly faults: Faults;
  /** Hears of each request to an endpoint, preflights excepted. */
  readonly onRequest: (endpoint: string) => void;
  /** Hears of an error that no handler foresaw; the client gets a bare 500. */
  readonly onError: (error: unknown) => void;
}

export interface LocalServer {
  readonly port: number;
  /** Begins to serve; nothing is answered before. */
  serve(options: RoutesOptions): void;
  /** Stops listening and closes every connection, idle or busy. */
  stop(): Promise<void>;
}

/** Listens on `host:port`, 0 being any free port. Rejects with node's own error, such as EADDRINUSE. */
export async function listen(host: string, port: number): Promise<LocalServer> {
  const server = createServer();
  server.listen(port, host);
  await once(server, 'listening');
  const stopping = new AbortController();

  return {
    port: (server.address() as AddressInfo).port,
    serve(options) {
      const answer = createResponder(options, stopping.signal);
      server.on('request', async (incoming, outgoing) => {
        try {
          send(outgoing, await answer(incoming));
        } catch (error) {
          if (stopping.signal.aborted) return;
          if (error instanceof ConnectionReset) return void outgoing.destroy();
          send(outgoing, json(500, { error: 'server_error' }));
          options.onError(error);
        }
      });
    },
    async stop() {
      if (!server.listening) return;
      stopping.abort();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A planned fault: there is to be no answer. */
class ConnectionReset extends Error {}

function createResponder(options: RoutesOptions, stopping: AbortSignal) {
  const { routes, cors, faults, onRequest } = options;

  const run = async (route: Route, incoming: IncomingMessage, query: string): Promise<HttpResponse> => {
    onRequest(route.endpoint);
    const fault = faults.take(route.endpoint);
    if (fault?.delayMs !== undefined) await delay(fault.delayMs, undefined, { signal: stopping });
    if (fault?.reset) throw new ConnectionReset();
    const planned = fault && faultResponse(fault);
    if (planned) return planned;
    try {
      return await route.handler(toRequest(incoming, query));
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error;
      return json(error.status, error.body());
    }
  };

  return async (incoming: IncomingMessage): Promise<HttpResponse> => {
    const [path, query = ''] = splitTarget(incoming.url ?? '/');
    const method = incoming.method === 'HEAD' ? 'GET' : (incoming.method ?? 'GET');
    const route = routes.find((candidate) => candidate.path === path);
    if (route?.cors && method === 'OPTIONS') return cors.preflight(incoming.headers, route.methods);
    if (!route?.methods.includes(method)) return json(404, { error: 'not_found' });
    const response = await run(route, incoming, query);
    if (!route.cors) return response;
    return { ...response, headers: { ...cors.headers(incoming.headers), ...response.headers } };
  };
}

function faultResponse(fault: Fault): HttpResponse | undefined {
  if (fault.status === undefined && fault.body === undefined && fault.headers === undefined) return undefined;
  return { status: fault.status ?? 500, headers: fault.headers ?? {}, body: fault.body ?? '' };
}

function splitTarget(target: string): [path: string, query?: string] {
  const mark = target.indexOf('?');
  return mark < 0 ? [target] : [target.slice(0, mark), target.slice(mark + 1)];
}

function toRequest(incoming: IncomingMessage, query: string): HttpRequest {
  return {
    method: incoming.method ?? 'GET',
    query: new URLSearchParams(query),
    headers: incoming.headers,
    readBody: () => readBody(incoming),
  };
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Destroying the request on an early exit would take the socket along, and the 413 with it.
  for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
    bytes += chunk.length;
    if (bytes > bodyLimitBytes) throw new OAuthError(413, 'invalid_request', 'The body is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function send(outgoing: ServerResponse, response: HttpResponse): void {
  outgoing.statusCode = response.status;
  outgoing.setHeaders(new Headers(response.headers));
  if (response.status === 413) outgoing.setHeader('Connection', 'close');
  outgoing.end(response.body);
}
