import type { IncomingHttpHeaders } from 'node:http';
import { OAuthError } from './oauth-error.ts';

/** What a handler sees of a request. */
export interface HttpRequest {
  readonly method: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** The whole body as UTF-8; throws a 413 `OAuthError` when it is over the limit. */
  readBody(): Promise<string>;
}

/** What a handler answers. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export type Handler = (request: HttpRequest) => HttpResponse | Promise<HttpResponse>;

/** A request's parameters: each given once, none of them empty. */
export type Parameters = ReadonlyMap<string, string>;

/** An answer with a JSON body. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): HttpResponse {
  return {
    status,
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
}

/** A 302 to `location` that nobody may cache, since it carries a code or ends a session. */
export function redirect(location: string, headers: Record<string, string> = {}): HttpResponse {
  return { status: 302, headers: { Location: location, 'Cache-Control': 'no-store', ...headers } };
}

/** `uri` with the parameters that are given added to its query (RFC 6749 §4.1.2). */
export function withParameters(uri: string, parameters: Record<string, string | undefined>): string {
  const url = new URL(uri);
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return url.href;
}

/**
 * Reads a query or a form as parameters. An empty value counts as absent, and a parameter that is given
 * twice throws a 400 `OAuthError` (both RFC 6749 §3.1 and §3.2).
 */
export function toParameters(entries: Iterable<[string, string]>): Parameters {
  const parameters = new Map<string, string>();
  const seen = new Set<string>();
  for (const [name, value] of entries) {
    if (seen.has(name)) throw new OAuthError(400, 'invalid_request', `Parameter given twice: ${name}`);
    seen.add(name);
    if (value !== '') parameters.set(name, value);
  }
  return parameters;
}

/**
 * Reads a body of parameters, form-encoded (RFC 6749 §4) or as a flat JSON object, which Auth0 takes as well.
 * Throws a 400 `OAuthError` for another content type, malformed JSON or a value that is not a string.
 */
export async function bodyParameters(request: HttpRequest): Promise<Parameters> {
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
