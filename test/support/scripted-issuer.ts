import { createServer, type IncomingHttpHeaders } from 'node:http';
import { listen } from './listen.ts';
import { createSigningKey, type SigningKey, signToken } from './tokens.ts';

/** One name of the issuer. It has its own key and its own profiles, so a test sees which name was asked. */
export interface IssuerName {
  /** `host:port`, in the place of an Auth0 domain. */
  readonly domain: string;
  /** The `iss` claim of the name's tokens. */
  readonly issuer: string;
  readonly key: SigningKey;
  /** The profile that /userinfo gives at this name. A test may replace it. */
  profile: { readonly status: number; readonly body: unknown };
}

export interface ScriptedIssuer {
  readonly tenant: IssuerName;
  readonly customDomain: IssuerName;
  /** The requests since the last call of `forget`, such as `GET localhost:3001/userinfo`. */
  readonly requests: readonly string[];
  forget(): void;
  /** Signs a token. Its header and claims are exactly these; only `iat` and `exp` are added. */
  sign(key: SigningKey, claims: object): string;
  close(): Promise<void>;
}

/**
 * Starts an issuer whose responses a test decides. It listens at one port with two names, 127.0.0.1 and localhost, as a
 * tenant with a custom domain has two. Unlike Auth0, each name has a key of its own.
 */
export async function startScriptedIssuer(): Promise<ScriptedIssuer> {
  const requests: string[] = [];
  const names = new Map<string, IssuerName>();
  const respond = (
    headers: IncomingHttpHeaders,
    path: string | undefined,
  ): { status: number; body: unknown } => {
    const name = names.get(headers.host ?? '');
    if (name && path === '/.well-known/jwks.json') return { status: 200, body: { keys: [name.key.jwk] } };
    if (name && path === '/userinfo' && headers.authorization?.startsWith('Bearer ')) return name.profile;
    return { status: 404, body: {} };
  };
  const server = createServer(({ method, headers, url }, response) => {
    requests.push(`${method} ${headers.host}${url}`);
    const { status, body } = respond(headers, url);
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  });
  const { port, close } = await listen(server);
  const addName = (host: string): IssuerName => {
    const domain = `${host}:${port}`;
    const name = {
      domain,
      issuer: `http://${domain}/`,
      key: createSigningKey(host),
      profile: { status: 404, body: {} },
    };
    names.set(domain, name);
    return name;
  };
  return {
    tenant: addName('127.0.0.1'),
    customDomain: addName('localhost'),
    requests,
    forget: () => {
      requests.length = 0;
    },
    sign(key, claims) {
      const iat = Math.floor(Date.now() / 1_000);
      return signToken(key, { iat, exp: iat + 3_600, ...claims });
    },
    close,
  };
}
