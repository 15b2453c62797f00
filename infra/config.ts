import { readFileSync } from 'node:fs';
import { ConfigError, issuerOf } from '../functions/shared/config.ts';

/** The settings of a deployment, parsed. */
export interface DeploymentConfig {
  readonly auth0Domain: string;
  readonly audience: string;
  /** Whether tokens need the scopes that functions/routes.ts names. */
  readonly requireScopes: boolean;
  /** The namespace of the custom claims `email` and `email_verified`; with these, /userinfo is never called. */
  readonly emailClaimNamespace: string | undefined;
  /** The issuer's public keys as a JWK Set, so that a cold start needs no network. */
  readonly deployedKeys: string | undefined;
}

/** Looks up a setting by its name. */
export type Settings = (name: string) => string | undefined;

/**
 * Reads the settings of a deployment. Where the identity of users is at stake there is no default.
 * @param settings CDK context, or environment variables of the same names
 * @throws {ConfigError} with a sentence that names the setting
 */
export function readConfig(settings: Settings): DeploymentConfig {
  const auth0Domain = required(settings, 'AUTH0_DOMAIN', 'your-tenant.eu.auth0.com');
  issuerOf(auth0Domain);
  const keysFile = settings('AUTH0_JWKS_FILE');
  return {
    auth0Domain,
    audience: required(settings, 'AUTH0_API_AUDIENCE', 'https://todo.example.com'),
    requireScopes: readFlag(settings, 'REQUIRE_SCOPES'),
    emailClaimNamespace: settings('AUTH0_EMAIL_CLAIM_NAMESPACE') || undefined,
    deployedKeys: keysFile ? readPublicKeys(keysFile) : undefined,
  };
}

function required(settings: Settings, name: string, example: string): string {
  const value = settings(name)?.trim();
  if (value) return value;
  throw new ConfigError(
    `${name} is not set. Set it in the environment, or pass it to cdk as -c ${name}=${example}`,
  );
}

function readFlag(settings: Settings, name: string): boolean {
  const value = settings(name) || 'false';
  if (value !== 'true' && value !== 'false') {
    throw new ConfigError(`${name} must be true or false, not ${JSON.stringify(value)}.`);
  }
  return value === 'true';
}

/** Keeps what a verifier needs of each key: an environment has room for 4 KB, and certificates are large. */
function readPublicKeys(file: string): string {
  try {
    const { keys } = JSON.parse(readFileSync(file, 'utf8')) as { keys: readonly Record<string, unknown>[] };
    return JSON.stringify({
      keys: keys.map(({ kid, kty, use, alg, n, e }) => ({ kid, kty, use, alg, n, e })),
    });
  } catch (cause) {
    throw new ConfigError(`AUTH0_JWKS_FILE must name a file with a JWK Set; ${file} is none.`, { cause });
  }
}
