/** An application that is registered at the issuer. */
export interface IssuerClient {
  readonly clientId: string;
  /** Absent for a public client, which cannot keep a secret. */
  readonly clientSecret?: string;
  readonly name: string;
  readonly grantTypes: readonly string[];
  /** The URLs that /authorize may redirect the browser to. */
  readonly callbacks: readonly string[];
  /** The URLs that a logout may redirect the browser to. */
  readonly logoutUrls: readonly string[];
  /** The origins whose scripts may call the issuer. Loopback origins always may. */
  readonly allowedOrigins?: readonly string[];
  /** The scopes of Auth0's client grant for machine tokens. Absent: the client has no such grant. */
  readonly permissions?: readonly string[];
}

const loopbackHosts = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** Whether `text` is an http URL or origin on this machine, on any port. */
export function isLoopbackUrl(text: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === 'http:' && loopbackHosts.has(url.hostname);
}

/**
 * Whether `uri` is one of the `registered` URIs. URIs are compared as strings (RFC 9700 §2.1). An http URI on a
 * loopback host matches on any port (RFC 8252 §7.3).
 */
export function isRegisteredUri(registered: readonly string[], uri: string): boolean {
  return registered.some((candidate) => candidate === uri || matchesOnAnotherPort(candidate, uri));
}

function matchesOnAnotherPort(registered: string, uri: string): boolean {
  if (!isLoopbackUrl(registered) || !URL.canParse(uri)) return false;
  return withoutPort(registered) === withoutPort(uri);
}

function withoutPort(uri: string): string {
  const url = new URL(uri);
  url.port = '';
  return url.href;
}
