/** An application that is registered with the issuer. */
export interface IssuerClient {
  readonly clientId: string;
  /** Absent for a public client, which cannot keep one. */
  readonly clientSecret?: string;
  readonly name: string;
  readonly grantTypes: readonly string[];
  /** Where /authorize may send the browser back to. */
  readonly callbacks: readonly string[];
  /** Where a logout may send the browser back to. */
  readonly logoutUrls: readonly string[];
  /** The origins, beside loopback ones, whose scripts may call the issuer. */
  readonly allowedOrigins?: readonly string[];
  /** What the client may do at the API as itself: Auth0's client grant. Absent: it has no such grant. */
  readonly permissions?: readonly string[];
}

const loopbackHosts = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** Whether `text` is a plain-http URL, or origin, on this machine, on any port. */
export function isLoopbackUrl(text: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === 'http:' && loopbackHosts.has(url.hostname);
}

/**
 * Whether `uri` is one of the `registered` redirect URIs: compared as strings (RFC 9700 §2.1), save that an http
 * URI on a loopback host matches on any port (RFC 8252 §7.3).
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
