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

/** The addresses of the docs page, at the root and under the stage's name. The issuer accepts any port of loopback. */
const docsPages = ['127.0.0.1', 'localhost'].flatMap((host) => [
  `http://${host}:3000/docs`,
  `http://${host}:3000/sandbox/docs`,
]);
const loopbackCallbacks = [
  ...docsPages.map((page) => `${page}/oauth2-redirect.html`),
  'http://127.0.0.1/callback',
];
const loopbackLogoutUrls = [...docsPages, 'http://127.0.0.1/'];

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
  callbacks: loopbackCallbacks,
  logoutUrls: loopbackLogoutUrls,
  permissions: apiScopes,
} as const satisfies IssuerClient;

/** The public client of the docs page and of single-page applications. It uses the authorization code flow with PKCE. */
export const demoSpaClient = {
  clientId: 'todo-demo-spa',
  name: 'Todo demo in the browser',
  grantTypes: ['authorization_code', 'refresh_token'],
  callbacks: loopbackCallbacks,
  logoutUrls: loopbackLogoutUrls,
} as const satisfies IssuerClient;

/** The clients of `npm start`. */
export const demoClients: readonly IssuerClient[] = [demoConfidentialClient, demoSpaClient];
