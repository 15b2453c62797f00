/** An application that is registered at the issuer. */
export interface IssuerClient {
  readonly clientId: string;
  /** Absent for a public client, which cannot keep a secret. */
  readonly clientSecret?: string;
  readonly name: string;
  readonly grantTypes: readonly string[];
  /** The URLs that /authorize may redirect the browser to: Auth0's Allowed Callback URLs. */
  readonly callbacks: readonly string[];
  /** The URLs that a logout may redirect the browser to: Auth0's Allowed Logout URLs. */
  readonly logoutUrls: readonly string[];
  /**
   * The origins that may get a response of /authorize as a web message: Auth0's Allowed Web Origins. Their scripts may
   * call the issuer, as may those of the origins of the callbacks.
   */
  readonly webOrigins?: readonly string[];
  /** The scopes of Auth0's client grant for machine tokens. Absent: the client has no such grant. */
  readonly permissions?: readonly string[];
}

const loopbackHosts = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** An origin with any port. Its group is the origin without a port. */
const anyPortPattern = /^(https?:\/\/[^/?#:*]+|https?:\/\/\[[0-9a-f:]+\]):\*$/;

/** Whether `text` is an http URL or origin on this machine, on any port. */
function isLoopbackUrl(text: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === 'http:' && loopbackHosts.has(url.hostname);
}

/**
 * Whether `uri` is one of the `registered` URIs. URIs are compared as strings (RFC 9700 §2.1). An http URI on a
 * loopback host matches on any port (RFC 8252 §7.3). A registered URI that ends with `:*`, such as
 * `http://localhost:*`, matches any port and any path of its host. Auth0 has no such pattern: there, each URL of a
 * development server is registered.
 */
export function isRegisteredUri(registered: readonly string[], uri: string): boolean {
  if (!URL.canParse(uri)) return false;
  return registered.some(
    (candidate) =>
      candidate === uri || matchesOnAnotherPort(candidate, uri) || matchesPattern(candidate, uri),
  );
}

/** Whether `origin`, as in the header, is the origin of one of the `registered` URIs. An opaque origin never is. */
export function isRegisteredOrigin(registered: readonly string[], origin: string): boolean {
  if (origin === 'null') return false;
  return registered.some(
    (candidate) => matchesPattern(candidate, origin) || URL.parse(candidate)?.origin === origin,
  );
}

function matchesOnAnotherPort(registered: string, uri: string): boolean {
  if (!isLoopbackUrl(registered)) return false;
  return withoutPort(registered) === withoutPort(uri);
}

function withoutPort(uri: string): string {
  const url = new URL(uri);
  url.port = '';
  return url.href;
}

function matchesPattern(pattern: string, uri: string): boolean {
  const allowed = URL.parse(anyPortPattern.exec(pattern)?.[1] ?? '');
  const url = URL.parse(uri);
  if (!allowed || !url || allowed.protocol !== url.protocol || allowed.hostname !== url.hostname)
    return false;
  // A redirect URI has no fragment (RFC 6749 §3.1.2). Credentials make a URL look like one of another host.
  return !uri.includes('#') && url.username === '' && url.password === '';
}
