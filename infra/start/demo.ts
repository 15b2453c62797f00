import { scopes } from '../../functions/product.ts';
import type { IssuerClient } from '../local/issuer/clients.ts';
import { defaultConnection, type IssuerUser } from '../local/issuer/users.ts';

/** The scopes that the API defines at the local issuer. */
export const apiScopes: readonly string[] = Object.keys(scopes);

/**
 * The users of `npm start`. Their subjects are fixed, so that their todos are still theirs after a restart. The API
 * refuses Carol, because her email address is not verified.
 */
export const demoUsers: readonly IssuerUser[] = [
  {
    subject: 'auth0|64f0c0de00000000000000a1',
    email: 'alice@example.com',
    emailVerified: true,
    name: 'Alice Example',
    password: 'alice-password',
    permissions: apiScopes,
    connection: defaultConnection,
  },
  {
    subject: 'auth0|64f0c0de00000000000000b2',
    email: 'bob@example.com',
    emailVerified: true,
    name: 'Bob Example',
    password: 'bob-password',
    permissions: apiScopes,
    connection: defaultConnection,
  },
  {
    subject: 'auth0|64f0c0de00000000000000c3',
    email: 'carol@example.com',
    emailVerified: false,
    name: 'Carol Example',
    password: 'carol-password',
    permissions: apiScopes,
    connection: defaultConnection,
  },
];

/** Front ends on this machine, on any port and path. The docs page is one of them. */
const loopback = ['http://localhost:*', 'http://127.0.0.1:*'];
const registrations = {
  callbacks: [...loopback, 'https://oauth.pstmn.io/v1/callback'],
  logoutUrls: loopback,
  webOrigins: loopback,
};

/** The confidential client of the curl commands. It may use every grant. */
export const demoConfidentialClient = {
  clientId: 'todo-demo-client',
  clientSecret: 'todo-demo-secret',
  name: 'Todo demo',
  grantTypes: [
    'password',
    'http://auth0.com/oauth/grant-type/password-realm',
    'client_credentials',
    'authorization_code',
    'refresh_token',
  ],
  ...registrations,
  permissions: apiScopes,
} as const satisfies IssuerClient;

/**
 * The public client of the docs page and of single-page applications. It uses the authorization code flow with PKCE,
 * and rotating refresh tokens.
 */
export const demoSpaClient = {
  clientId: 'todo-demo-spa',
  name: 'Todo demo in the browser',
  grantTypes: ['authorization_code', 'refresh_token'],
  ...registrations,
} as const satisfies IssuerClient;

/** The clients of `npm start`. */
export const demoClients: readonly IssuerClient[] = [demoConfidentialClient, demoSpaClient];

/** The clients of `npm start`, which also accept front ends at these callback URLs. */
export function clientsWithCallbacks(callbacks: readonly string[]): IssuerClient[] {
  const origins = callbacks.map((url) => URL.parse(url)?.origin ?? url).filter((origin) => origin !== 'null');
  const homePages = origins.map((origin) => `${origin}/`);
  return demoClients.map((client) => ({
    ...client,
    callbacks: [...client.callbacks, ...callbacks],
    logoutUrls: [...client.logoutUrls, ...callbacks, ...origins, ...homePages],
    webOrigins: [...(client.webOrigins ?? []), ...origins],
  }));
}
