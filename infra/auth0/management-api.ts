import { UserError } from '../local/user-error.ts';

/** The Management API of a tenant: https://auth0.com/docs/api/management/v2 */
export interface ManagementApi {
  readonly accessToken: string;
  /** @throws {UserError} when the response is an error */
  get(path: string): Promise<unknown>;
  /** @throws {UserError} when the response is an error */
  patch(path: string, body: unknown): Promise<unknown>;
}

export interface ManagementClient {
  readonly domain: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/**
 * Signs in with the client credentials grant.
 * @throws {UserError} when Auth0 refuses the client
 */
export async function openManagementApi(
  { domain, clientId, clientSecret }: ManagementClient,
  fetch: typeof globalThis.fetch,
): Promise<ManagementApi> {
  const apiUrl = `https://${domain}/api/v2/`;
  const request = async (method: string, url: string, body?: unknown, token?: string): Promise<unknown> => {
    const response = await fetch(url, {
      method,
      redirect: 'error',
      headers: {
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...(token !== undefined && { Authorization: `Bearer ${token}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }).catch((cause) => {
      throw new UserError(`${domain} cannot be reached (${describe(cause)}).`, { cause });
    });
    const content: unknown = await response.json().catch(() => ({}));
    if (response.ok) return content;
    const { message, error_description = message ?? 'no reason is given' } = content as Record<
      string,
      unknown
    >;
    throw new UserError(`${method} ${url} was refused with ${response.status}: ${error_description}`);
  };

  const { access_token: accessToken } = (await request('POST', `https://${domain}/oauth/token`, {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    audience: apiUrl,
  })) as { access_token: string };
  return {
    accessToken,
    get: (path) => request('GET', apiUrl + path, undefined, accessToken),
    patch: (path, body) => request('PATCH', apiUrl + path, body, accessToken),
  };
}

/** `fetch` hides the reason in the cause of its error. */
function describe(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? cause.message : message;
}
