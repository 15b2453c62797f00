import { readFileSync, statSync } from 'node:fs';
import { formatDeployedKeys, type PublishedKeys, parseKeySet } from '../../functions/authorizer/key-set.ts';
import { ConfigError, issuerOf } from '../../functions/config.ts';
import { authorizerEnvironment } from './authorizer-environment.ts';
import type { DeploymentConfig } from './config.ts';
import { fitsIntoFunction } from './environment-size.ts';

/** A tenant responds within this time, and every synthesis can afford to wait this long for one that does not. */
const TIMEOUT_MS = 3_000;

export interface KeyLoader {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Gets one sentence when no keys are deployed. */
  readonly print: (sentence: string) => void;
}

/**
 * Gets the public keys of the tenant to deploy with the authorizer: from the file of the settings, or from the tenant.
 * They are those of the tenant's own domain. The authorizer asks for the keys of a custom domain there, at its first
 * use, so that no domain's keys are ever used for another one.
 * @returns the keys for the authorizer's environment; undefined when there are none that it can use. The authorizer
 *   then fetches the keys at its first use, so a synthesis works without a network.
 * @throws {ConfigError} when the file does not hold a JWK Set
 */
export async function loadSigningKeys(
  config: DeploymentConfig,
  { fetch, now, print }: KeyLoader,
): Promise<string | undefined> {
  const { jwksFile, auth0Domain } = config;
  const source = jwksFile ?? `${issuerOf(auth0Domain)}.well-known/jwks.json`;
  const leaveOut = (reason: string) => {
    print(`${reason} The authorizer will fetch them at its first use.`);
    return undefined;
  };
  try {
    const published = jwksFile
      ? readJwksFile(jwksFile)
      : { keys: await fetchKeySet(source, fetch), fetchedAt: now() };
    if (published.keys.size === 0)
      return leaveOut(`No signing keys are deployed, because ${source} has no RSA key for RS256.`);
    const deployedKeys = formatDeployedKeys(published);
    return fitsIntoFunction(authorizerEnvironment({ ...config, deployedKeys }))
      ? deployedKeys
      : leaveOut(
          `The signing keys of ${source} are not deployed, because the environment of a function has at most 4,096 bytes.`,
        );
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    return leaveOut(`The signing keys could not be fetched from ${source} (${reason}).`);
  }
}

async function fetchKeySet(url: string, fetch: KeyLoader['fetch']) {
  const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (response.status !== 200) throw new Error(`status ${response.status}`);
  return parseKeySet(toJwkSet(await response.text()));
}

/**
 * Reads the public keys of the tenant from a file. They are as old as the file.
 * @throws {ConfigError} when the file does not hold a JWK Set
 */
export function readJwksFile(file: string): PublishedKeys {
  try {
    return { keys: parseKeySet(toJwkSet(readFileSync(file, 'utf8'))), fetchedAt: statSync(file).mtimeMs };
  } catch (cause) {
    throw new ConfigError(`AUTH0_JWKS_FILE must name a file with a JWK Set. ${file} is not one.`, { cause });
  }
}

/** @throws when the text is not JSON with a list of keys (RFC 7517 §5) */
function toJwkSet(text: string): unknown {
  const body: unknown = JSON.parse(text);
  if (Array.isArray((body as { keys?: unknown } | null)?.keys)) return body;
  throw new Error('it is not a JWK Set');
}
