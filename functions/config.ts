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
  const domain = auth0Domain.trim().toLowerCase();
  if (loopbackHost.test(domain) && URL.canParse(`http://${domain}/`)) return `http://${domain}/`;
  if (isHostName(domain)) return `https://${domain}/`;
  throw new ConfigError(
    `AUTH0_DOMAIN must be a host name such as your-tenant.eu.auth0.com, without https:// and without a path, not ${JSON.stringify(auth0Domain)}.`,
  );
}
