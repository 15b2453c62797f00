import type { APIGatewayProxyEvent, APIGatewayTokenAuthorizerEvent, Context } from 'aws-lambda';
import { type Caller, type RefusedCaller, toCallerContext } from '../../functions/http/caller.ts';

export const REQUEST_ID = '0f8fad5b-d9cb-469f-a165-70867728950e';

export interface RequestOptions {
  readonly method?: string;
  /** The route, such as `/todo/{id}`. */
  readonly resource?: string;
  /** The requested path without the stage, such as `/todo/01…/`. Default: the resource. */
  readonly path?: string;
  readonly stage?: string;
  readonly pathParameters?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | string[]>>;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  /** A string is sent as it is. Any other value is sent as JSON. */
  readonly body?: unknown;
  readonly isBase64Encoded?: boolean;
  /** The context of the authorizer, or a caller. A caller is converted to its context. */
  readonly caller?: Caller | RefusedCaller | Readonly<Record<string, string>> | undefined;
}

const toLists = (values: Readonly<Record<string, string | string[]>>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value].flat()]));

const lastOf = (lists: Readonly<Record<string, string[]>>) =>
  Object.fromEntries(Object.entries(lists).map(([name, values]) => [name, values.at(-1)]));

const orNull = <Members extends object>(members: Members) =>
  Object.keys(members).length > 0 ? members : null;

/** The event that API Gateway sends to a function for a request (payload format 1.0). */
export function proxyEvent(options: RequestOptions = {}): APIGatewayProxyEvent {
  const { method = 'GET', resource = '/todo', path = resource, stage = 'prod', body, caller } = options;
  const headers = toLists({
    ...(body !== undefined && { 'Content-Type': 'application/json' }),
    'X-Forwarded-Proto': 'https',
    ...options.headers,
  });
  const query = toLists(options.query ?? {});
  const requestContext = {
    requestId: REQUEST_ID,
    domainName: 'api.example.com',
    stage,
    path: `/${stage}${path}`,
    resourcePath: resource,
    httpMethod: method,
    authorizer: caller && toGatewayContext(caller),
  };
  return {
    resource,
    path,
    httpMethod: method,
    headers: lastOf(headers),
    multiValueHeaders: headers,
    queryStringParameters: orNull(lastOf(query)),
    multiValueQueryStringParameters: orNull(query),
    pathParameters: orNull({ ...options.pathParameters }),
    stageVariables: null,
    requestContext: requestContext as unknown as APIGatewayProxyEvent['requestContext'],
    body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
    isBase64Encoded: options.isBase64Encoded ?? false,
  };
}

/** API Gateway converts every value of an authorizer's context to a string. */
function toGatewayContext(caller: NonNullable<RequestOptions['caller']>): Record<string, string> {
  const isCaller = 'expiresAt' in caller && typeof caller.expiresAt === 'number';
  const context = isCaller ? toCallerContext(caller as Caller | RefusedCaller) : caller;
  return Object.fromEntries(Object.entries(context).map(([name, value]) => [name, String(value)]));
}

export const API_ARN = 'arn:aws:execute-api:eu-central-1:123456789012:abcdef1234';

/** The event that API Gateway sends to a TOKEN authorizer. */
export function authorizerEvent(
  authorizationToken: string,
  methodArn = `${API_ARN}/prod/GET/todo`,
): APIGatewayTokenAuthorizerEvent {
  return { type: 'TOKEN', authorizationToken, methodArn };
}

/** The part of the Lambda context that the functions use. */
export const lambdaContext = { awsRequestId: REQUEST_ID } as Context;
