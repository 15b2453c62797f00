import type { IncomingHttpHeaders } from 'node:http';
import { type IssuerClient, isRegisteredOrigin } from './clients.ts';
import type { IssuerResponse } from './http.ts';

export interface Cors {
  /** Whether scripts of the origin may call the issuer. */
  allows(origin: string): boolean;
  /** The headers that allow a script of a registered origin to read a response. */
  headers(request: IncomingHttpHeaders): Record<string, string>;
  /** The response to a preflight. */
  preflight(request: IncomingHttpHeaders, methods: readonly string[]): IssuerResponse;
}

/**
 * Makes the CORS rules of an issuer with these clients. As at Auth0, the origins of callbacks are allowed.
 * Source: https://auth0.com/docs/get-started/applications/application-settings (Allowed Origins)
 */
export function createCors(clients: readonly IssuerClient[]): Cors {
  const registered = clients.flatMap(({ callbacks, webOrigins = [] }) => [...callbacks, ...webOrigins]);

  const allows = (origin: string) => isRegisteredOrigin(registered, origin);

  const headers = (request: IncomingHttpHeaders): Record<string, string> => {
    const { origin } = request;
    if (origin === undefined || !allows(origin)) return { Vary: 'Origin' };
    return {
      Vary: 'Origin',
      'Access-Control-Allow-Origin': origin,
      'Access-Control-Expose-Headers': 'x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset',
    };
  };

  return {
    allows,
    headers,
    preflight: (request, methods) => ({
      status: 204,
      headers: {
        ...headers(request),
        'Access-Control-Allow-Methods': methods.join(', '),
        'Access-Control-Allow-Headers': 'Authorization, Content-Type, Auth0-Client',
        'Access-Control-Max-Age': '600',
      },
    }),
  };
}
