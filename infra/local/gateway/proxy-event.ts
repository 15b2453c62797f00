import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { ApiSpec } from '../deployment-spec.ts';
import { isBinary } from './media-type.ts';
import type { GatewayRequest } from './request.ts';
import type { RouteMatch } from './router.ts';

export type RequestContext = APIGatewayProxyEvent['requestContext'];

export interface RequestIds {
  requestId: string;
  extendedRequestId: string;
}

/**
 * Makes the $context of a request, which is also the requestContext of the event. The resource is empty if no method
 * matches.
 *
 * @param options.now milliseconds since the epoch
 */
export function createRequestContext(options: {
  api: ApiSpec;
  request: GatewayRequest;
  match: RouteMatch | undefined;
  ids: RequestIds;
  now: number;
}): RequestContext {
  const { api, request, match, ids, now } = options;
  const domainName = request.header('host') ?? '';
  return {
    resourceId: match?.method.resourceId ?? '',
    resourcePath: match?.method.path ?? '',
    authorizer: undefined,
    httpMethod: request.httpMethod,
    extendedRequestId: ids.extendedRequestId,
    requestTime: formatRequestTime(now),
    path: request.requestPath,
    accountId: api.accountId,
    protocol: `HTTP/${request.httpVersion}`,
    stage: api.stageName,
    domainPrefix: domainName.split(/[.:]/, 1)[0],
    requestTimeEpoch: now,
    requestId: ids.requestId,
    identity: {
      accessKey: null,
      accountId: null,
      apiKey: null,
      apiKeyId: null,
      caller: null,
      clientCert: null,
      cognitoAuthenticationProvider: null,
      cognitoAuthenticationType: null,
      cognitoIdentityId: null,
      cognitoIdentityPoolId: null,
      principalOrgId: null,
      sourceIp: request.sourceIp,
      user: null,
      userAgent: request.header('user-agent') ?? null,
      userArn: null,
    },
    domainName,
    apiId: api.id,
  };
}

/**
 * Makes the event of a Lambda proxy integration, payload format 1.0.
 * Source: API Gateway guide, "Input format of a Lambda function for proxy integration"
 */
export function createProxyEvent(options: {
  api: ApiSpec;
  request: GatewayRequest;
  match: RouteMatch;
  requestContext: RequestContext;
  body: Buffer | undefined;
}): APIGatewayProxyEvent {
  const { api, request, match, requestContext, body } = options;
  const isBase64Encoded =
    body !== undefined && isBinary(request.header('content-type'), api.binaryMediaTypes);
  return {
    resource: match.method.path,
    path: request.path,
    httpMethod: request.httpMethod,
    ...readHeaders(request, requestContext.requestTimeEpoch),
    ...readQuery(request.query),
    pathParameters: match.pathParameters,
    stageVariables: api.stageVariables,
    requestContext,
    body: body?.toString(isBase64Encoded ? 'base64' : 'utf8') ?? null,
    isBase64Encoded,
  };
}

function readHeaders(
  request: GatewayRequest,
  now: number,
): Pick<APIGatewayProxyEvent, 'headers' | 'multiValueHeaders'> {
  const values = new Map<string, string[]>();
  const add = (name: string, value: string) => {
    const others = values.get(name);
    if (others) others.push(value);
    else values.set(name, [value]);
  };
  for (const [name, value] of request.headers) {
    // A client must not choose the address or the trace id that the function sees.
    if (!gatewayHeaders.has(name.toLowerCase())) add(name, value);
  }
  add(
    'X-Amzn-Trace-Id',
    `Root=1-${Math.floor(now / 1000).toString(16)}-${randomUUID().replaceAll('-', '').slice(8)}`,
  );
  add('X-Forwarded-For', request.sourceIp);
  add('X-Forwarded-Port', String(request.port));
  add('X-Forwarded-Proto', 'http');
  // An assignment would treat a header with the name __proto__ differently.
  return {
    headers: Object.fromEntries([...values].map(([name, all]) => [name, all.at(-1) ?? ''])),
    multiValueHeaders: Object.fromEntries(values),
  };
}

const gatewayHeaders = new Set([
  'x-amzn-trace-id',
  'x-forwarded-for',
  'x-forwarded-port',
  'x-forwarded-proto',
]);

function readQuery(
  query: [string, string][],
): Pick<APIGatewayProxyEvent, 'queryStringParameters' | 'multiValueQueryStringParameters'> {
  if (query.length === 0) return { queryStringParameters: null, multiValueQueryStringParameters: null };
  const values = new Map<string, string[]>();
  for (const [name, value] of query) values.set(name, [...(values.get(name) ?? []), value]);
  return {
    queryStringParameters: Object.fromEntries(query),
    multiValueQueryStringParameters: Object.fromEntries(values),
  };
}

/** The time in UTC in the common log format: `24/Nov/2025:03:59:00 +0000`. */
function formatRequestTime(now: number): string {
  const [, day, month, year, time] = new Date(now).toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
}
