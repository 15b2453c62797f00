import type { JSONWebKeySet } from 'jose';
import { createAuthorizationCodes } from './authorization-codes.ts';
import { createAuthorize } from './authorize.ts';
import type { IssuerClient } from './clients.ts';
import { createCors } from './cors.ts';
import { createDiscovery, createJwksEndpoint } from './discovery.ts';
import { createFaults, type Fault, type FaultyEndpoint } from './faults.ts';
import { createGrants } from './grants.ts';
import { createLogout } from './logout.ts';
import { auth0UserinfoLimit, type RateLimit } from './rate-limit.ts';
import { createRefreshTokens } from './refresh-tokens.ts';
import { listen, type Route } from './server.ts';
import { createSessions } from './sessions.ts';
import { createSigningKeys, type RotateOptions } from './signing-keys.ts';
import { createTokenEndpoint } from './token-endpoint.ts';
import { createTokens, type MintOptions } from './tokens.ts';
import { createUserinfo } from './userinfo.ts';
import { createUserDirectory, type IssuerUser } from './users.ts';

export type { IssuerClient } from './clients.ts';
export type { Fault, FaultyEndpoint } from './faults.ts';
export { KeyFileError } from './key-file.ts';
export type { MintOptions } from './tokens.ts';
export { type IssuerUser, UserDirectoryError } from './users.ts';

export interface IssuerOptions {
  /** 0 for any free port. */
  readonly port: number;
  /** A loopback address or name, 127.0.0.1 by default. */
  readonly host?: string;
  /** The identifier of the one API that is registered, which is the tenant's Default Audience too. */
  readonly audience: string;
  /** The scopes that the API defines. */
  readonly scopes: readonly string[];
  readonly users?: readonly IssuerUser[];
  readonly clients?: readonly IssuerClient[];
  /** Where the private keys are kept, so that tokens survive a restart. Without it every start has new ones. */
  readonly keyFile?: string;
  /** /userinfo's limit for one user; Auth0's by default, none if false. */
  readonly userinfoLimit?: RateLimit | false;
  /** The clock, in milliseconds since the epoch. */
  readonly now?: () => number;
  /** Hears of an unforeseen error while answering a request; a process warning by default. */
  readonly onError?: (error: unknown) => void;
}

export type Endpoint = FaultyEndpoint | 'authorize' | 'login' | 'logout' | 'discovery';

export interface Issuer {
  /** The `iss` claim, with its trailing slash. */
  readonly url: string;
  /** `host:port`, what AUTH0_DOMAIN takes. */
  readonly domain: string;
  /** What /.well-known/jwks.json serves. */
  publicJwks(): JSONWebKeySet;
  /**
   * Adds a user: with a verified email, a random subject and password and no permissions unless it says
   * otherwise. Throws `UserDirectoryError` when the subject, or the email in its connection, is taken.
   */
  addUser(user: Partial<IssuerUser> & { email: string }): IssuerUser;
  findUser(subject: string): IssuerUser | undefined;
  /** Changes a user from now on; tokens keep what they say. Throws `UserDirectoryError` for an unknown one. */
  updateUser(subject: string, changes: Partial<Omit<IssuerUser, 'subject'>>): IssuerUser;
  /** Signs an access token with any claims, asking nobody. Without options: one that is valid, of the first user. */
  mintToken(options?: MintOptions): Promise<string>;
  /** Makes a new key, signs with it from now on, and gives its kid. */
  rotateKeys(options?: RotateOptions): Promise<string>;
  /** Puts the key that signs into the JWKS, after a rotation with `publish: false`. */
  publishKeys(): Promise<void>;
  /** Makes an endpoint fail; faults of one endpoint befall its requests in the order they were given. */
  failWith(endpoint: FaultyEndpoint, fault: Fault): void;
  clearFaults(): void;
  /** How many requests an endpoint has had, failed ones included and preflights not. */
  requestCount(endpoint: Endpoint): number;
  /** Closes the port and every connection. */
  stop(): Promise<void>;
}

/**
 * Starts an issuer that answers as an Auth0 tenant does, with one API, a Default Directory and RBAC: strict in
 * what it accepts, and with nothing else reachable. Rejects with node's error when the port is busy
 * (EADDRINUSE), and with `KeyFileError` when the key file is not one of its own.
 */
export async function startIssuer(options: IssuerOptions): Promise<Issuer> {
  const { audience, scopes: apiScopes, clients = [], now = Date.now } = options;
  const users = createUserDirectory(now);
  for (const user of options.users ?? []) users.add(user);

  const keys = await createSigningKeys(options.keyFile);
  const host = options.host ?? '127.0.0.1';
  const server = await listen(host, options.port);
  const domain = `${host.includes(':') ? `[${host}]` : host}:${server.port}`;
  const url = `http://${domain}/`;

  const tokens = createTokens({ keys, issuer: url, audience, apiScopes, now });
  const sessions = createSessions(now);
  const refreshTokens = createRefreshTokens();
  const codes = createAuthorizationCodes({ now, onReuse: refreshTokens.revokeFamily });
  const grants = createGrants({ users, tokens, codes, refreshTokens, audience, apiScopes });
  const { authorize, login } = createAuthorize({ clients, users, sessions, codes, audience, now });
  const { logout, oidcLogout } = createLogout({ clients, sessions, keys, issuer: url });
  const limit = options.userinfoLimit ?? auth0UserinfoLimit;
  const faults = createFaults();
  const counts = new Map<string, number>();

  const routes: readonly (Route & { endpoint: Endpoint })[] = [
    {
      endpoint: 'token',
      path: '/oauth/token',
      methods: ['POST'],
      handler: createTokenEndpoint(clients, grants),
      cors: true,
    },
    { endpoint: 'authorize', path: '/authorize', methods: ['GET'], handler: authorize, cors: false },
    { endpoint: 'login', path: '/u/login', methods: ['POST'], handler: login, cors: false },
    { endpoint: 'logout', path: '/v2/logout', methods: ['GET'], handler: logout, cors: false },
    { endpoint: 'logout', path: '/oidc/logout', methods: ['GET'], handler: oidcLogout, cors: false },
    {
      endpoint: 'userinfo',
      path: '/userinfo',
      methods: ['GET', 'POST'],
      handler: createUserinfo({ keys, users, issuer: url, limit, now }),
      cors: true,
    },
    {
      endpoint: 'jwks',
      path: '/.well-known/jwks.json',
      methods: ['GET'],
      handler: createJwksEndpoint(keys),
      cors: true,
    },
    {
      endpoint: 'discovery',
      path: '/.well-known/openid-configuration',
      methods: ['GET'],
      handler: createDiscovery({ issuer: url, grantTypes: [...grants.keys()], apiScopes }),
      cors: true,
    },
  ];
  server.serve({
    routes,
    cors: createCors(clients),
    faults,
    onRequest: (endpoint) => counts.set(endpoint, (counts.get(endpoint) ?? 0) + 1),
    onError: options.onError ?? ((error) => process.emitWarning(`The local issuer failed: ${error}`)),
  });

  return {
    url,
    domain,
    publicJwks: keys.publicJwks,
    addUser: users.add,
    findUser: users.find,
    updateUser: users.update,
    mintToken: (mint = {}) =>
      tokens.mint({
        ...mint,
        user: mint.subject === undefined ? users.first() : users.find(mint.subject),
        clientId: clients[0]?.clientId ?? 'minted',
      }),
    rotateKeys: keys.rotate,
    publishKeys: keys.publish,
    failWith: faults.add,
    clearFaults: faults.clear,
    requestCount: (endpoint) => counts.get(endpoint) ?? 0,
    stop: server.stop,
  };
}
