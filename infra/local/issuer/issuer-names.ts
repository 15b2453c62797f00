import { isLoopbackHost } from '../loopback.ts';

/** The names of an issuer. Each one is the URL that is its `iss` claim, with a trailing slash. */
export interface IssuerNames {
  /** The tenant's own name. */
  readonly tenant: string;
  /** The tenant's own name, and its custom domains. */
  readonly all: readonly string[];
  /**
   * The name that a client uses, from its Host header. It is the tenant's own name for any other name of this machine,
   * and undefined for a foreign one.
   */
  used(host: string | undefined): string | undefined;
}

/**
 * Makes the names of an issuer. A token has the name that the client used, as at Auth0.
 * Source: https://auth0.com/docs/customize/custom-domains/configure-features-to-use-custom-domains
 * @param domain the tenant's own `host:port`
 * @param customDomains further ones
 */
export function createIssuerNames(domain: string, customDomains: readonly string[]): IssuerNames {
  const names = new Map([domain, ...customDomains].map((name) => [name, `http://${name}/`]));
  const tenant = `http://${domain}/`;
  return {
    tenant,
    all: [...names.values()],
    used: (host) => names.get((host ?? '').toLowerCase()) ?? (isLoopbackHost(host) ? tenant : undefined),
  };
}
