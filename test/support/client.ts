import { expect } from 'vitest';
import { checkResponse } from './openapi/check.ts';

export interface ApiResponse {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers whose shape they are about to check
  readonly body: any;
}

export interface CallOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Calls an API as one user (or as nobody), and parses what comes back. */
export type Client = (method: string, path: string, options?: CallOptions) => Promise<ApiResponse>;

/**
 * Makes a client whose every answer is checked against the OpenAPI document.
 * @param isOurs tells answers of ours from those of a gateway that does not apply the template's
 */
export function createClient(
  apiUrl: string,
  token?: string,
  isOurs: (response: Response) => boolean = () => true,
): Client {
  return async (method, path, { body, headers = {} } = {}) => {
    const url = path.startsWith('http') ? path : apiUrl + path;
    const response = await fetch(url, {
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
    return {
      status: response.status,
      headers: response.headers,
      body: isJson && text ? JSON.parse(text) : text,
    };
  };
}

/** Expects a problem answer (RFC 9457) with the status, and CORS headers so that browsers may read it. */
export function expectProblem(response: ApiResponse, status: number): void {
  expect(response).toMatchObject({
    status,
    body: { type: 'about:blank', status, title: expect.any(String), detail: expect.any(String) },
  });
  expect(response.body.request_id).toMatch(/^[0-9a-f-]{36}$/);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(response.headers.get('access-control-allow-origin')).toBe('*');
}

/** The address of the next page, from the `Link` header (RFC 8288). */
export function nextPage({ headers }: ApiResponse): string | undefined {
  return /^<([^>]+)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1];
}
