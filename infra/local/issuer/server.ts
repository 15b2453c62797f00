import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Cors } from './cors.ts';
import type { Fault, Faults } from './faults.ts';
import { type EndpointHandler, type IssuerRequest, type IssuerResponse, json } from './http.ts';
import type { IssuerNames } from './issuer-names.ts';
import { OAuthError } from './oauth-error.ts';

const bodyLimitBytes = 64 * 1024;

/** One path of the issuer. */
export interface Endpoint {
  /** Faults and counts use this name. Two paths can have the same name. */
  readonly name: string;
  readonly path: string;
  readonly methods: readonly string[];
  readonly handler: EndpointHandler;
  /** Whether a script of another origin may call it. */
  readonly cors: boolean;
}

export interface ServeOptions {
  readonly names: IssuerNames;
  readonly endpoints: readonly Endpoint[];
  readonly cors: Cors;
  readonly faults: Faults;
  /** Is called for each request to an endpoint, except a preflight. */
  readonly onRequest: (endpointName: string) => void;
  /** Is called with an unexpected error of a handler. The client gets a 500 without details. */
  readonly onError: (error: unknown) => void;
}

export interface LocalServer {
  readonly port: number;
  /** Starts to serve. Earlier requests wait. */
  serve(options: ServeOptions): void;
  /** Stops listening, and closes all connections, idle or busy. */
  stop(): Promise<void>;
}

/**
 * Listens on a host and a port.
 * @param port 0 takes any free port
 * @throws the error of Node.js, such as one with the code EADDRINUSE
 */
export async function listen(host: string, port: number): Promise<LocalServer> {
  const server = createServer();
  server.listen(port, host);
  await once(server, 'listening');
  const stopping = new AbortController();

  return {
    port: (server.address() as AddressInfo).port,
    serve(options) {
      const respond = createResponder(options, stopping.signal);
      server.on('request', async (incoming, outgoing) => {
        try {
          send(outgoing, await respond(incoming));
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

/** A planned fault closes the connection without a response. */
class ConnectionReset extends Error {}

function createResponder(options: ServeOptions, stopping: AbortSignal) {
  const { names, endpoints, cors, faults, onRequest } = options;

  const run = async (
    endpoint: Endpoint,
    incoming: IncomingMessage,
    query: string,
    issuer: string,
  ): Promise<IssuerResponse> => {
    onRequest(endpoint.name);
    const fault = faults.take(endpoint.name);
    if (fault?.delayMs !== undefined) await delay(fault.delayMs, undefined, { signal: stopping });
    if (fault?.reset) throw new ConnectionReset();
    const planned = fault && faultResponse(fault);
    if (planned) return planned;
    try {
      return await endpoint.handler(toRequest(incoming, query, issuer));
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error;
      return json(error.status, error.body());
    }
  };

  return async (incoming: IncomingMessage): Promise<IssuerResponse> => {
    const { host, origin } = incoming.headers;
    const issuer = names.used(host);
    if (issuer === undefined) return refuse(`${JSON.stringify(host ?? '')} is not a name of this issuer.`);
    if (origin !== undefined && origin !== `http://${host}` && !cors.allows(origin)) {
      return refuse(`${origin} is not in the list of Allowed Web Origins of any client.`);
    }
    const [path, query = ''] = splitTarget(incoming.url ?? '/');
    const method = incoming.method === 'HEAD' ? 'GET' : (incoming.method ?? 'GET');
    const endpoint = endpoints.find((candidate) => candidate.path === path);
    if (endpoint?.cors && method === 'OPTIONS') return cors.preflight(incoming.headers, endpoint.methods);
    if (!endpoint?.methods.includes(method)) return json(404, { error: 'not_found' });
    const response = await run(endpoint, incoming, query, issuer);
    if (!endpoint.cors) return response;
    return { ...response, headers: { ...cors.headers(incoming.headers), ...response.headers } };
  };
}

/** Another site sent the request. Its script could not read the response, but the request could change something. */
function refuse(reason: string): IssuerResponse {
  return json(403, { error: 'access_denied', error_description: reason }, { Vary: 'Origin' });
}

function faultResponse(fault: Fault): IssuerResponse | undefined {
  if (fault.status === undefined && fault.body === undefined && fault.headers === undefined) return undefined;
  return { status: fault.status ?? 500, headers: fault.headers ?? {}, body: fault.body ?? '' };
}

function splitTarget(target: string): [path: string, query?: string] {
  const mark = target.indexOf('?');
  return mark < 0 ? [target] : [target.slice(0, mark), target.slice(mark + 1)];
}

function toRequest(incoming: IncomingMessage, query: string, issuer: string): IssuerRequest {
  return {
    method: incoming.method ?? 'GET',
    issuer,
    query: new URLSearchParams(query),
    headers: incoming.headers,
    readBody: () => readBody(incoming),
  };
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // An early exit must not destroy the request: that would close the socket before the 413 is sent.
  for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
    bytes += chunk.length;
    if (bytes > bodyLimitBytes) throw new OAuthError(413, 'invalid_request', 'The body is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function send(outgoing: ServerResponse, response: IssuerResponse): void {
  outgoing.statusCode = response.status;
  outgoing.setHeaders(new Headers(response.headers));
  if (response.status === 413) outgoing.setHeader('Connection', 'close');
  outgoing.end(response.body);
}
