import type { JSONWebKeySet } from 'jose';
import { createAuthorizationCodes } from './authorization-codes.ts';
import { createAuthorizeEndpoints } from './authorize.ts';
import type { IssuerClient } from './clients.ts';
import { createCors } from './cors.ts';
import { createDiscoveryEndpoint, createJwksEndpoint } from './discovery.ts';
import { createFaults, type Fault, type FaultyEndpointName } from './faults.ts';
import { createGrants } from './grants.ts';
import { createIssuerNames } from './issuer-names.ts';
import { createLogoutEndpoints } from './logout.ts';
import { createOpaqueTokens } from './opaque-tokens.ts';
import { auth0UserinfoLimit, type RateLimit } from './rate-limit.ts';
import { createRefreshTokens } from './refresh-tokens.ts';
import { createRevocationEndpoint } from './revocation-endpoint.ts';
import { type Endpoint, listen } from './server.ts';
import { createSessions } from './sessions.ts';
import { createSigningKeys, type RotateOptions } from './signing-keys.ts';
import { createTokenEndpoint } from './token-endpoint.ts';
import { createTokens, type MintOptions } from './tokens.ts';
import { createUserinfoEndpoint } from './userinfo.ts';
import { createUserDirectory, type IssuerUser } from './users.ts';

export type { IssuerClient } from './clients.ts';
export type { Fault, FaultyEndpointName } from './faults.ts';
export { KeyFileError } from './key-file.ts';
export type { MintOptions } from './tokens.ts';
export { type IssuerUser, UserDirectoryError } from './users.ts';

export interface IssuerOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** A loopback address or host name. The default is 127.0.0.1. */
  readonly host?: string;
  /** Further host names of this machine, such as `localhost`: the tenant's custom domains. They get the same port. */
  readonly customDomains?: readonly string[];
  /** The identifier of the one API of the tenant. The tenant has no Default Audience. */
  readonly audience: string;
  /** The scopes that the API defines. */
  readonly scopes: readonly string[];
  readonly users?: readonly IssuerUser[];
  readonly clients?: readonly IssuerClient[];
  /** The file of the private keys: tokens stay valid after a restart. Without it, each start generates a key. */
  readonly keyFile?: string;
  /** The rate limit of /userinfo for one user. The default is Auth0's; false turns it off. */
  readonly userinfoLimit?: RateLimit | false;
  /** The clock, in milliseconds since the epoch. */
  readonly now?: () => number;
  /** Is called with an unexpected error of a request. The default is a process warning. */
  readonly onError?: (error: unknown) => void;
}

export type EndpointName = FaultyEndpointName | 'authorize' | 'revoke' | 'login' | 'logout' | 'discovery';

export interface Issuer {
  /** The tenant's own name: the `iss` claim, with its trailing slash. */
  readonly url: string;
  /** `host:port`, in the place of an Auth0 domain. */
  readonly domain: string;
  /** The tenant's custom domains, each as `host:port`. */
  readonly customDomains: readonly string[];
  /** The JWKS that /.well-known/jwks.json serves. */
  publicJwks(): JSONWebKeySet;
  /**
   * Adds a user. By default it has a verified email, a random subject, a random password and no permissions.
   * @throws {UserDirectoryError} when another user has the subject, or the email in the same connection
   */
  addUser(user: Partial<IssuerUser> & { email: string }): IssuerUser;
  findUser(subject: string): IssuerUser | undefined;
  /**
   * Changes a user. Tokens that were issued before keep their claims.
   * @throws {UserDirectoryError} when there is no user with the subject, or another user has the email
   */
  updateUser(subject: string, changes: Partial<Omit<IssuerUser, 'subject'>>): IssuerUser;
  /** Signs an access token with any claims, without a sign-in. Without options, it is a valid token of the first user. */
  mintToken(options?: MintOptions): Promise<string>;
  /** Generates a key, signs with it from now on, and gives its kid. */
  rotateKeys(options?: RotateOptions): Promise<string>;
  /** Adds the key that signs to the JWKS, after a rotation with `publish: false`. */
  publishKeys(): Promise<void>;
  /** Makes an endpoint fail. Its requests get its faults in the order of the calls. */
  failWith(endpointName: FaultyEndpointName, fault: Fault): void;
  clearFaults(): void;
  /** The number of requests that an endpoint has had, with failed requests and without preflights. */
  requestCount(endpointName: EndpointName): number;
  /** Closes the port and all connections. */
  stop(): Promise<void>;
}

/**
 * Starts an issuer that behaves like an Auth0 tenant with one API, a Default Directory and RBAC. It refuses what
 * Auth0 refuses.
 * @throws the error of Node.js when the port is in use (its code is EADDRINUSE)
 * @throws {KeyFileError} when the key file is not a key file of this issuer
 *
 * @example
 * const issuer = await startIssuer({ port: 0, audience: 'https://api.example.com', scopes: ['read:items'] });
 * issuer.addUser({ subject: 'auth0|alice', email: 'alice@example.com', permissions: ['read:items'] });
 * const token = await issuer.mintToken({ subject: 'auth0|alice' });
 */
export async function startIssuer(options: IssuerOptions): Promise<Issuer> {
  const { audience, scopes: apiScopes, clients = [], now = Date.now } = options;
  const users = createUserDirectory(now);
  for (const user of options.users ?? []) users.add(user);

  const keys = await createSigningKeys(options.keyFile);
  const host = options.host ?? '127.0.0.1';
  const server = await listen(host, options.port);
  const domain = `${host.includes(':') ? `[${host}]` : host}:${server.port}`;
  const customDomains = (options.customDomains ?? []).map((name) => `${name}:${server.port}`);
  const names = createIssuerNames(domain, customDomains);
  const { tenant } = names;

  const opaqueTokens = createOpaqueTokens(now);
  const tokens = createTokens({ keys, opaqueTokens, tenant, audience, apiScopes, now });
  const sessions = createSessions(now);
  const refreshTokens = createRefreshTokens();
  const codes = createAuthorizationCodes({ now, onReuse: refreshTokens.revokeFamily });
  const grants = createGrants({ users, tokens, codes, refreshTokens, tenant, audience, apiScopes });
  const { authorize, login } = createAuthorizeEndpoints({
    clients,
    users,
    sessions,
    codes,
    audience,
    tenant,
    now,
  });
  const { logout, oidcLogout } = createLogoutEndpoints({ clients, sessions, keys, names });
  const limit = options.userinfoLimit ?? auth0UserinfoLimit;
  const faults = createFaults();
  const counts = new Map<string, number>();

  const endpoints: readonly (Endpoint & { name: EndpointName })[] = [
    {
      name: 'token',
      path: '/oauth/token',
      methods: ['POST'],
      handler: createTokenEndpoint(clients, grants),
      cors: true,
    },
    {
      name: 'revoke',
      path: '/oauth/revoke',
      methods: ['POST'],
      handler: createRevocationEndpoint(clients, refreshTokens),
      cors: true,
    },
    { name: 'authorize', path: '/authorize', methods: ['GET'], handler: authorize, cors: false },
    { name: 'login', path: '/u/login', methods: ['POST'], handler: login, cors: false },
    { name: 'logout', path: '/v2/logout', methods: ['GET'], handler: logout, cors: false },
    { name: 'logout', path: '/oidc/logout', methods: ['GET'], handler: oidcLogout, cors: false },
    {
      name: 'userinfo',
      path: '/userinfo',
      methods: ['GET', 'POST'],
      handler: createUserinfoEndpoint({ keys, opaqueTokens, users, names, limit, now }),
      cors: true,
    },
    {
      name: 'jwks',
      path: '/.well-known/jwks.json',
      methods: ['GET'],
      handler: createJwksEndpoint(keys),
      cors: true,
    },
    {
      name: 'discovery',
      path: '/.well-known/openid-configuration',
      methods: ['GET'],
      handler: createDiscoveryEndpoint({ grantTypes: [...grants.keys()], apiScopes }),
      cors: true,
    },
  ];
  server.serve({
    names,
    endpoints,
    cors: createCors(clients),
    faults,
    onRequest: (name) => counts.set(name, (counts.get(name) ?? 0) + 1),
    onError: options.onError ?? ((error) => process.emitWarning(`The local issuer failed: ${error}`)),
  });

  return {
    url: tenant,
    domain,
    customDomains,
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
    requestCount: (endpointName) => counts.get(endpointName) ?? 0,
    stop: server.stop,
  };
}
