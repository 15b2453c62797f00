import { readFileSync } from 'node:fs';
import { ConfigError, issuerOf } from '../../functions/config.ts';
import type { DeploymentConfig } from './config.ts';

/** Long enough for any tenant that answers, short enough to wait for at every synthesis. */
const TIMEOUT_MS = 3_000;

/**
 * The keys of a JWK Set (RFC 7517 §5) as the authorizer takes them along. Keeps what a verifier needs of each: an
 * environment has room for 4 KB, and certificates are large. In a fixed order, so that the same keys make the same
 * template.
 * @throws when it is no JWK Set
 */
function toDeployedKeys(text: string): string {
  const { keys } = JSON.parse(text) as { keys: readonly Record<string, unknown>[] };
  const sorted = [...keys].sort((a, b) => String(a.kid).localeCompare(String(b.kid)));
  return JSON.stringify({
    keys: sorted.map(({ kid, kty, use, alg, n, e }) => ({ kid, kty, use, alg, n, e })),
  });
}

/** @throws {ConfigError} when the file holds no JWK Set */
export function readKeyFile(file: string): string {
  try {
    return toDeployedKeys(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new ConfigError(`AUTH0_JWKS_FILE must name a file with a JWK Set; ${file} is none.`, { cause });
  }
}

export interface KeyFetcher {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Told in a sentence when the keys can't be had. */
  readonly print: (sentence: string) => void;
}

/**
 * The settings with the signing keys of the tenant, fetched now unless a file gave them. Without them the authorizer
 * fetches at its first use; so a synthesis needs no network.
 */
export async function withSigningKeys(
  config: DeploymentConfig,
  { fetch, print }: KeyFetcher,
): Promise<DeploymentConfig> {
  if (config.deployedKeys !== undefined) return config;
  const url = `${issuerOf(config.auth0Domain)}.well-known/jwks.json`;
  try {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (response.status !== 200) throw new Error(`status ${response.status}`);
    return { ...config, deployedKeys: toDeployedKeys(await response.text()) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    print(
      `The signing keys at ${url} could not be had (${reason}): the authorizer will fetch them at its first use.`,
    );
    return config;
  }
}
