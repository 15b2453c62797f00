import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { describedProblemKinds } from '../../infra/openapi/problem-kinds.ts';
import { checkResponse } from './openapi/check.ts';

export interface ApiResponse {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests read responses before they check their types
  readonly body: any;
}

export interface CallOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Calls an API with the token of one user or without a token, and parses the response. */
export type Client = (method: string, path: string, options?: CallOptions) => Promise<ApiResponse>;

const TOO_MANY_REQUESTS = 429;

const problemFragments = describedProblemKinds.map(({ fragment }) => fragment);

/**
 * Makes a client that checks every response against the OpenAPI document. The type of a problem must be one that the
 * API reference explains. A request that the stage throttles is sent again.
 * @param isOurs whether a response is ours, and not the own response of a gateway that ignores the template's
 */
export function createClient(
  apiUrl: string,
  token?: string,
  isOurs: (response: Response) => boolean = () => true,
): Client {
  return async (method, path, { body, headers = {} } = {}) => {
    const url = path.startsWith('http') ? path : apiUrl + path;
    const response = await fetchUnthrottled(url, {
      method,
      headers: {
        ...(token !== undefined && { Authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    if (isOurs(response)) {
      checkResponse(apiUrl, { method, url, status: response.status, headers: response.headers, text });
    }
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    const parsed = isJson && text ? JSON.parse(text) : text;
    if (isOurs(response) && parsed.type !== undefined) {
      expect(problemFragments).toContain(new URL(parsed.type, url).hash.slice(1));
    }
    return { status: response.status, headers: response.headers, body: parsed };
  };
}

/** Sends a request again that the throttle of the stage refused, after the time that the response asks for. */
async function fetchUnthrottled(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, init);
  if (response.status !== TOO_MANY_REQUESTS) return response;
  await response.arrayBuffer();
  await delay(Number(response.headers.get('retry-after')) * 1_000);
  return fetchUnthrottled(url, init);
}

/** Expects a problem (RFC 9457) with the status, and the CORS header that lets browsers read it. */
export function expectProblem(response: ApiResponse, status: number): void {
  expect(response).toMatchObject({
    status,
    body: {
      type: expect.stringMatching(/^(\/[\w-]+)?\/docs#[a-z-]+$/),
      status,
      title: expect.any(String),
      detail: expect.any(String),
    },
  });
  expect(response.body.request_id).toMatch(/^[0-9a-f-]{36}$/);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(response.headers.get('access-control-allow-origin')).toBe('*');
}

/** The URL of the next page, from the `Link` header (RFC 8288). */
export function nextPage({ headers }: ApiResponse): string | undefined {
  return /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1];
}
