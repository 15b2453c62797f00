import { describe, expect, it } from 'vitest';
import { openManagementApi } from '../../../../infra/auth0/management-api.ts';

const client = { domain: 'tenant.eu.auth0.com', clientId: 'management', clientSecret: 's3cret' };

/** Responds with these statuses and bodies, one after the other. */
function createFetch(...responses: readonly (readonly [number, unknown])[]) {
  const requests: unknown[] = [];
  let count = 0;
  const fetch = async (url: unknown, init: RequestInit = {}) => {
    requests.push([init.method, url, init.body && JSON.parse(String(init.body)), init.headers]);
    const [status, body] = responses[count++] ?? [200, {}];
    return new Response(typeof body === 'string' ? body : JSON.stringify(body), { status });
  };
  return { fetch: fetch as typeof globalThis.fetch, requests };
}

describe('the Management API', () => {
  it('gets a token for itself with the client credentials grant, and sends it', async () => {
    const { fetch, requests } = createFetch([200, { access_token: 'token' }], [200, { a: 1 }], [200, {}]);
    const api = await openManagementApi(client, fetch);
    expect(await api.get('tenants/settings')).toEqual({ a: 1 });
    await api.patch('tenants/settings', { b: 2 });
    expect(requests).toEqual([
      [
        'POST',
        'https://tenant.eu.auth0.com/oauth/token',
        {
          grant_type: 'client_credentials',
          client_id: 'management',
          client_secret: 's3cret',
          audience: 'https://tenant.eu.auth0.com/api/v2/',
        },
        { 'Content-Type': 'application/json' },
      ],
      [
        'GET',
        'https://tenant.eu.auth0.com/api/v2/tenants/settings',
        undefined,
        { Authorization: 'Bearer token' },
      ],
      [
        'PATCH',
        'https://tenant.eu.auth0.com/api/v2/tenants/settings',
        { b: 2 },
        { 'Content-Type': 'application/json', Authorization: 'Bearer token' },
      ],
    ]);
  });

  it.each([
    [
      [401, { error: 'access_denied', error_description: 'Unauthorized' }] as const,
      'POST https://tenant.eu.auth0.com/oauth/token was refused with 401: Unauthorized',
    ],
    [
      [502, '<html>'] as const,
      'POST https://tenant.eu.auth0.com/oauth/token was refused with 502: no reason is given',
    ],
  ])('says why a sign-in failed: %j', async (response, message) => {
    const opening = openManagementApi(client, createFetch(response).fetch);
    await expect(opening).rejects.toThrow(message);
    await expect(opening).rejects.not.toThrow('s3cret');
  });

  it('says which scope is missing', async () => {
    const { fetch } = createFetch(
      [200, { access_token: 'token' }],
      [
        403,
        { statusCode: 403, error: 'Forbidden', message: 'Insufficient scope, expected any of: read:actions' },
      ],
    );
    const api = await openManagementApi(client, fetch);
    await expect(api.get('actions/actions')).rejects.toThrow(
      'GET https://tenant.eu.auth0.com/api/v2/actions/actions was refused with 403: Insufficient scope, expected any of: read:actions',
    );
  });

  it('says why it cannot be reached', async () => {
    const fetch = async () => {
      throw new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND tenant.eu.auth0.com') });
    };
    await expect(openManagementApi(client, fetch as typeof globalThis.fetch)).rejects.toThrow(
      'tenant.eu.auth0.com cannot be reached (getaddrinfo ENOTFOUND tenant.eu.auth0.com).',
    );
  });
});
