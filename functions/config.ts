/** A setting that is missing or malformed. The message names it and says what to do. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads an environment variable that has no default.
 * @throws {ConfigError} when it is missing or empty, so that a wrong deployment fails at start
 */
export function requiredSetting(environment: Environment, name: string): string {
  const value = environment[name]?.trim();
  if (!value) throw new ConfigError(`${name} is not set.`);
  return value;
}

const hostName = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$/;
const loopbackHost = /^(localhost|127\.0\.0\.1|\[::1\]):\d{1,5}$/;

/** Whether the value is a DNS name of two labels or more, in small letters. */
export function isHostName(value: string): boolean {
  return hostName.test(value);
}

/**
 * The issuer of an Auth0 domain, with the trailing slash that Auth0's `iss` claim has. Plain http only for
 * a loopback `host:port`, where the local issuer listens.
 * Source: https://auth0.com/docs/get-started/tenant-settings (domain), "Validate JSON Web Tokens" (`iss`).
 * @throws {ConfigError} when the value is not a host name, for example a URL
 */
export function issuerOf(auth0Domain: string): string {
  const issuer = toIssuer(auth0Domain);
  if (issuer !== undefined) return issuer;
  throw new ConfigError(
    `AUTH0_DOMAIN must be a host name such as your-tenant.eu.auth0.com, without https:// and without a path, not ${JSON.stringify(auth0Domain)}.`,
  );
}

/** An Auth0 tenant, with the names that it goes by. */
export interface Tenant {
  /** The issuer of the tenant's own domain. Identities belong to it, whichever name their token has. */
  readonly issuer: string;
  /** The issuers whose tokens are accepted: the one of the tenant's own domain, then those of its custom domains. */
  readonly acceptedIssuers: readonly string[];
}

/**
 * The tenant of the settings. A client that signs in at a custom domain gets tokens whose `iss` is that domain.
 * Source: https://auth0.com/docs/customize/custom-domains/configure-features-to-use-custom-domains
 * @param auth0Domain the setting AUTH0_DOMAIN
 * @param customDomains the setting AUTH0_CUSTOM_DOMAINS: host names, separated by commas
 * @throws {ConfigError} when one of them is not a host name
 * @example tenantOf('my-tenant.eu.auth0.com', 'login.example.com').acceptedIssuers
 * // ['https://my-tenant.eu.auth0.com/', 'https://login.example.com/']
 */
export function tenantOf(auth0Domain: string, customDomains = ''): Tenant {
  const issuer = issuerOf(auth0Domain);
  const others = customDomains.trim() === '' ? [] : customDomains.split(',').map(toCustomIssuer);
  return { issuer, acceptedIssuers: [...new Set([issuer, ...others])] };
}

function toCustomIssuer(customDomain: string): string {
  const issuer = toIssuer(customDomain);
  if (issuer !== undefined) return issuer;
  throw new ConfigError(
    `AUTH0_CUSTOM_DOMAINS must be host names such as login.example.com, separated by commas, without https:// and without paths. ${JSON.stringify(customDomain)} is not one.`,
  );
}

function toIssuer(name: string): string | undefined {
  const domain = name.trim().toLowerCase();
  if (loopbackHost.test(domain) && URL.canParse(`http://${domain}/`)) return `http://${domain}/`;
  return isHostName(domain) ? `https://${domain}/` : undefined;
}
