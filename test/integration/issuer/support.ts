import { createHash } from 'node:crypto';
import { decodeJwt, type JWTPayload } from 'jose';
import { afterEach } from 'vitest';
import { type Issuer, type IssuerOptions, startIssuer } from '../../../infra/local/issuer/issuer.ts';
import { demoConfidentialClient, demoSpaClient, demoUsers } from '../../../infra/start/demo.ts';

export const audience = 'https://todo.example/api';
/** The scopes of the API in these tests. They do not change with the scopes of the product. */
export const apiScopes = ['read:todos', 'write:todos'];
const users = demoUsers.map((user) => ({ ...user, permissions: apiScopes }));
export const alice = users[0]!;
export const bob = users[1]!;
export const callback = 'http://127.0.0.1:3000/docs/oauth2-redirect.html';
/** Whole URLs, without patterns. */
const registrations = {
  callbacks: [callback, 'http://127.0.0.1/callback'],
  logoutUrls: ['http://127.0.0.1:3000/docs'],
  webOrigins: ['http://127.0.0.1:3000'],
};
export const confidential = { ...demoConfidentialClient, ...registrations, permissions: apiScopes };
const spa = { ...demoSpaClient, ...registrations };

/** A verifier and its S256 challenge, those of RFC 7636, appendix B. */
export const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
export const challenge = createHash('sha256').update(verifier).digest('base64url');

const running: Issuer[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((issuer) => issuer.stop()));
});

/** Starts an issuer with the demo's users and clients on a free port, stopped after the test. */
export async function start(options: Partial<IssuerOptions> = {}): Promise<Issuer> {
  const issuer = await startIssuer({
    port: 0,
    audience,
    scopes: apiScopes,
    users,
    clients: [confidential, spa],
    onError: (error) => {
      throw error;
    },
    ...options,
  });
  running.push(issuer);
  return issuer;
}

/** A clock in milliseconds that only moves when told to. */
export function manualClock(): { now: () => number; advance: (ms: number) => void } {
  let time = Date.parse('2030-01-01T00:00:00Z');
  return {
    now: () => time,
    advance: (ms) => {
      time += ms;
    },
  };
}

export interface TokenResponse {
  status: number;
  headers: Headers;
  body: Record<string, string> & { expires_in: number };
}

/** Posts a form to /oauth/token. */
export async function requestToken(
  issuer: Issuer,
  form: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<TokenResponse> {
  const response = await fetch(`${issuer.url}oauth/token`, {
    method: 'POST',
    headers,
    body: new URLSearchParams(form),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as TokenResponse['body'],
  };
}

/** The tutorial's password grant, with changes; an undefined value leaves a parameter out. */
export function passwordGrant(changes: Record<string, string | undefined> = {}): Record<string, string> {
  return withoutUndefined({
    grant_type: 'password',
    username: alice.email,
    password: alice.password,
    audience,
    scope: 'openid profile email',
    client_id: confidential.clientId,
    client_secret: confidential.clientSecret,
    ...changes,
  });
}

export function withoutUndefined(values: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** The claims of a token that the issuer made. */
export function claims(token: string | undefined): JWTPayload {
  return decodeJwt(token ?? '');
}

/** A browser's cookies, for fetch without redirects. */
export interface Browser {
  get(url: string): Promise<Response>;
  post(url: string, form: Record<string, string>, headers?: Record<string, string>): Promise<Response>;
}

/** A browser that keeps the one cookie an issuer sets, and shows redirects instead of following them. */
export function openBrowser(): Browser {
  let cookie = '';
  const send = async (url: string, init: RequestInit, headers: Record<string, string>) => {
    const response = await fetch(url, { ...init, redirect: 'manual', headers: { ...headers, cookie } });
    const set = response.headers.get('set-cookie');
    if (set) cookie = set.split(';')[0] ?? '';
    return response;
  };
  return {
    get: (url) => send(url, {}, {}),
    post: (url, form, headers = {}) =>
      send(url, { method: 'POST', body: new URLSearchParams(form) }, headers),
  };
}

/** The URL of an authorization request of the demo SPA, with changes. */
export function authorizeUrl(issuer: Issuer, changes: Record<string, string | undefined> = {}): string {
  const parameters = withoutUndefined({
    response_type: 'code',
    client_id: 'todo-demo-spa',
    redirect_uri: callback,
    audience,
    scope: 'openid profile email',
    state: 'the-state',
    nonce: 'the-nonce',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...changes,
  });
  return `${issuer.url}authorize?${new URLSearchParams(parameters)}`;
}

/** The id of the transaction that a login page carries. */
export function transactionOf(page: string): string {
  return /name="state" value="([^"]+)"/.exec(page)?.[1] ?? '';
}

/** Signs a user in on the login page; gives the response to its form. */
export async function signIn(
  issuer: Issuer,
  browser: Browser,
  options: { user?: { email: string; password: string }; request?: Record<string, string | undefined> } = {},
): Promise<Response> {
  const { user = alice, request = {} } = options;
  const page = await (await browser.get(authorizeUrl(issuer, request))).text();
  return browser.post(`${issuer.url}u/login`, {
    state: transactionOf(page),
    username: user.email,
    password: user.password,
  });
}

/** The URL that a response redirects to. */
export function locationOf(response: Response): URL {
  return new URL(response.headers.get('location') ?? '');
}

/** A fresh authorization code of Alice for the demo SPA. */
export async function freshCode(
  issuer: Issuer,
  request: Record<string, string | undefined> = {},
): Promise<string> {
  const response = await signIn(issuer, openBrowser(), { request });
  return locationOf(response).searchParams.get('code') ?? '';
}

/** The demo SPA's exchange of a code, with changes. */
export function codeGrant(
  code: string,
  changes: Record<string, string | undefined> = {},
): Record<string, string> {
  return withoutUndefined({
    grant_type: 'authorization_code',
    client_id: 'todo-demo-spa',
    code,
    redirect_uri: callback,
    code_verifier: verifier,
    ...changes,
  });
}
