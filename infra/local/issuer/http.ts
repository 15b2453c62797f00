import type { IncomingHttpHeaders } from 'node:http';
import { OAuthError } from './oauth-error.ts';

/** A request, as a handler sees it. */
export interface IssuerRequest {
  readonly method: string;
  /** The name of the issuer that the client used: the `iss` of its tokens. */
  readonly issuer: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /**
   * The whole body, as UTF-8.
   * @throws {OAuthError} 413 when it is over the limit
   */
  readBody(): Promise<string>;
}

export interface IssuerResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export type EndpointHandler = (request: IssuerRequest) => IssuerResponse | Promise<IssuerResponse>;

/** The parameters of a request. None of them is empty. */
export type Parameters = ReadonlyMap<string, string>;

/** A response with a JSON body. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): IssuerResponse {
  return {
    status,
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
}

/** A 302 to `location`. It must not be cached: it carries a code or ends a session. */
export function redirect(location: string, headers: Record<string, string> = {}): IssuerResponse {
  return { status: 302, headers: { Location: location, 'Cache-Control': 'no-store', ...headers } };
}

/** Adds parameters to the query of `uri` (RFC 6749 §4.1.2). A parameter that is undefined is left out. */
export function withParameters(uri: string, parameters: Record<string, string | undefined>): string {
  const url = new URL(uri);
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return url.href;
}

/**
 * Reads a query or a form as parameters. A parameter without a value counts as absent (RFC 6749 §3.1 and §3.2).
 * @throws {OAuthError} 400 when a parameter occurs twice (the same sections)
 */
export function toParameters(entries: Iterable<[string, string]>): Parameters {
  const parameters = new Map<string, string>();
  const seen = new Set<string>();
  for (const [name, value] of entries) {
    if (seen.has(name)) throw new OAuthError(400, 'invalid_request', `Parameter occurs twice: ${name}`);
    seen.add(name);
    if (value !== '') parameters.set(name, value);
  }
  return parameters;
}

/**
 * Reads the parameters of a body. It is form-encoded (RFC 6749 §4), or a flat JSON object, which Auth0 accepts too.
 * @throws {OAuthError} 400 for another content type, malformed JSON or a value that is not a string
 */
export async function bodyParameters(request: IssuerRequest): Promise<Parameters> {
  const contentType = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (contentType === 'application/x-www-form-urlencoded') {
    return toParameters(new URLSearchParams(await request.readBody()));
  }
  if (contentType === 'application/json') return toParameters(jsonEntries(await request.readBody()));
  throw new OAuthError(400, 'invalid_request', 'The body must be form-encoded or JSON');
}

function jsonEntries(text: string): [string, string][] {
  return Object.entries(parseObject(text)).map(([name, value]) => {
    if (typeof value !== 'string') {
      throw new OAuthError(400, 'invalid_request', `Parameter must be a string: ${name}`);
    }
    return [name, value];
  });
}

function parseObject(text: string): object {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new OAuthError(400, 'invalid_request', 'The body is not valid JSON');
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new OAuthError(400, 'invalid_request', 'The body must be a JSON object');
  }
  return parsed;
}
