import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ApiSpec, ProxyIntegration } from '../deployment-spec.ts';
import type { InvocationResult } from '../lambda/invocation.ts';
import { createGatewayAuthorizer } from './authorizer.ts';
import { validateBody } from './body-model.ts';
import { compress, decompress } from './content-coding.ts';
import { type FailureName, GatewayError } from './failures.ts';
import { renderGatewayResponse } from './gateway-response.ts';
import type { HttpResponse } from './http-response.ts';
import { renderMockResponse } from './mock-response.ts';
import { createProxyEvent, createRequestContext, type RequestContext } from './proxy-event.ts';
import { parseProxyResponse } from './proxy-response.ts';
import { checkRequest, type GatewayRequest, readBody, readRequest } from './request.ts';
import { createRouter, type RouteMatch } from './router.ts';
import { createTokenBucket } from './throttle.ts';

/** An entry of the access log. It has no header, query or body, because these can hold secrets. */
export interface AccessEntry {
  requestId: string;
  method: string;
  path: string;
  /** Empty if no method matches. */
  resourcePath: string;
  status: number;
  latencyMs: number;
  authorizerCacheHit?: boolean;
  principalId?: string;
  /** The reason why the gateway itself responded. */
  error?: string;
}

export interface GatewayOptions {
  api: ApiSpec;
  invoke: (functionLogicalId: string, event: unknown) => Promise<InvocationResult>;
  /** 0 takes any free port. */
  port: number;
  host?: string;
  /** The clock, in milliseconds since the epoch. */
  now?: () => number;
  onAccess?: (entry: AccessEntry) => void;
}

/** The API that a gateway serves, and how it invokes a function. */
export type Backend = Pick<GatewayOptions, 'api' | 'invoke'>;

export interface Gateway {
  url: string;
  port: number;
  /** Serves another API from the next request on. Throws when the API is not valid, and serves the present one. */
  serve(backend: Backend): void;
  /** Stops listening and closes all connections at once. */
  close(): Promise<void>;
}

/** A request, and what the gateway knows of it so far. */
interface Exchange {
  message: IncomingMessage;
  request: GatewayRequest;
  match: RouteMatch | undefined;
  context: RequestContext;
  access: Pick<AccessEntry, 'authorizerCacheHit' | 'principalId' | 'error'>;
}

/** The status that nginx logs when a client closes the connection before the response. */
const CLIENT_CLOSED_REQUEST = 499;

/** API Gateway keeps an idle connection for this time. Clients close theirs earlier. */
const KEEP_ALIVE_MS = 60_000;

/**
 * Serves a REST API on localhost as API Gateway does: at the root, as with a custom domain, and under `/<stage>`, as
 * with the host name of execute-api. Resolves when it listens.
 *
 * @throws the error of Node.js when it cannot listen, such as one with the code EADDRINUSE
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { host = '127.0.0.1' } = options;
  let respond = createResponder(options);

  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (message, response) => {
    void respond(message, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    serve(backend) {
      respond = createResponder({ ...options, ...backend });
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

type Responder = (message: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Responds to the requests of one API. */
function createResponder({ api, invoke, now = Date.now, onAccess }: GatewayOptions): Responder {
  const router = createRouter(api.methods);
  const authorizers = new Map(
    api.authorizers.map((spec) => [
      spec.id,
      createGatewayAuthorizer({ spec, now, invoke: (event) => invoke(spec.functionId, event) }),
    ]),
  );

  const buckets = new Map(
    api.methods.flatMap((method) =>
      method.throttle ? [[method, createTokenBucket(method.throttle, now)] as const] : [],
    ),
  );

  async function serve(message: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const startedAt = performance.now();
    const exchange = open(message);
    let response: HttpResponse;
    try {
      response = await respond(exchange);
    } catch (error) {
      response = refuse(exchange, error);
    }
    const isClosed = outgoing.destroyed;
    if (!isClosed) send(outgoing, response, exchange);
    onAccess?.({
      requestId: exchange.context.requestId,
      method: exchange.request.httpMethod,
      path: exchange.request.path,
      resourcePath: exchange.context.resourcePath,
      status: isClosed ? CLIENT_CLOSED_REQUEST : response.status,
      latencyMs: Math.round(performance.now() - startedAt),
      ...exchange.access,
    });
  }

  function open(message: IncomingMessage): Exchange {
    const request = readRequest(message, api.stageName);
    const match = request.segments && router.match(request.httpMethod, request.segments);
    const ids = { requestId: randomUUID(), extendedRequestId: randomBytes(11).toString('base64') };
    const context = createRequestContext({ api, request, match, ids, now: now() });
    return { message, request, match, context, access: {} };
  }

  async function respond(exchange: Exchange): Promise<HttpResponse> {
    const { message, request, match } = exchange;
    checkRequest(request);
    if (match === undefined) throw new GatewayError('MISSING_AUTHENTICATION_TOKEN', 'no method matches');
    if (buckets.get(match.method)?.() === false) throw new GatewayError('THROTTLED');
    await authorize(exchange, match);

    const { integration, bodyModels } = match.method;
    const contentType = request.header('content-type');
    const body = await decompress(await readBody(message), request.header('content-encoding'));
    validateBody(bodyModels, contentType, body);
    if (integration.type === 'MOCK')
      return renderMockResponse(integration, { contentType, origin: request.header('origin') });
    const event = createProxyEvent({ api, request, match, requestContext: exchange.context, body });
    const payload = await invokeIntegration(integration, event);
    const response = parseProxyResponse(payload, api.binaryMediaTypes, request.header('accept'));
    return compress(response, request.header('accept-encoding'), api.minimumCompressionBytes);
  }

  async function authorize({ request, context, access }: Exchange, { method }: RouteMatch): Promise<void> {
    if (method.authorization.type === 'NONE') return;
    const { authorizerId } = method.authorization;
    const authorizer = authorizers.get(authorizerId);
    const header = api.authorizers.find(({ id }) => id === authorizerId)?.identityHeader;
    if (authorizer === undefined || header === undefined) throw new Error(`no authorizer ${authorizerId}`);

    const resource = `${api.id}/${api.stageName}/${request.httpMethod}${request.path}`;
    const methodArn = `arn:aws:execute-api:${api.region}:${api.accountId}:${resource}`;
    const authorization = await authorizer.authorize(request.header(header), methodArn);
    access.authorizerCacheHit = authorization.cacheHit;
    access.principalId = authorization.context.principalId;
    context.authorizer = authorization.context;
    if (authorization.decision === 'ExplicitDeny') throw new GatewayError('EXPLICIT_DENY');
    if (authorization.decision === 'ImplicitDeny') throw new GatewayError('ACCESS_DENIED');
  }

  /** As on AWS, the function continues after the integration's timeout, and its result is lost. */
  async function invokeIntegration(integration: ProxyIntegration, event: unknown): Promise<unknown> {
    const timeout = Promise.withResolvers<'timeout'>();
    const timer = setTimeout(timeout.resolve, integration.timeoutMs, 'timeout');
    const result = await Promise.race([invoke(integration.functionId, event), timeout.promise]);
    clearTimeout(timer);
    if (result === 'timeout') throw new GatewayError('INTEGRATION_TIMEOUT');
    if (result.ok) return result.payload;
    if (result.errorType === 'RequestTooLargeException') throw new GatewayError('REQUEST_TOO_LARGE');
    if (result.errorType === 'TooManyRequestsException')
      throw new GatewayError('FUNCTION_THROTTLED', `${result.errorType}: ${result.errorMessage}`);
    throw new GatewayError('INTEGRATION_FAILURE', `${result.errorType}: ${result.errorMessage}`);
  }

  function refuse({ request, match, context, access }: Exchange, error: unknown): HttpResponse {
    access.error = error instanceof Error ? error.message : String(error);
    const failure: FailureName = error instanceof GatewayError ? error.failure : 'API_CONFIGURATION_ERROR';
    const gatewayResponses = failure === 'FORBIDDEN' ? new Map() : api.gatewayResponses;
    return renderGatewayResponse(failure, gatewayResponses, {
      context,
      stageVariables: api.stageVariables,
      accept: request.header('accept'),
      parameter: (position, name) => {
        if (position === 'header') return request.header(name);
        if (position === 'path') return match?.pathParameters?.[name];
        return request.query.findLast(([key]) => key === name)?.[1];
      },
    });
  }

  return serve;
}

function send(
  outgoing: ServerResponse,
  { status, headers, body }: HttpResponse,
  { context, request }: Exchange,
): void {
  // A 204 and a 304 have no content (RFC 9110 §15.3.5 and §15.4.5). If the function sent no body for a HEAD, the
  // length of the body for GET is unknown (§9.3.2).
  const isUnknown = request.httpMethod === 'HEAD' && body.length === 0;
  const content = status === 204 || status === 304 || isUnknown ? undefined : body;
  const fields = [
    ...headers,
    ['x-amzn-RequestId', context.requestId],
    ['x-amz-apigw-id', context.extendedRequestId ?? ''],
    ...(content === undefined ? [] : [['Content-Length', String(Buffer.byteLength(content))]]),
  ];
  outgoing.writeHead(status, fields.flat());
  outgoing.end(content);
}
