import { readFileSync } from 'node:fs';
import { ConfigError, issuerOf } from '../../functions/config.ts';

/** A tenant responds within this time, and every synthesis can afford to wait this long for one that does not. */
const TIMEOUT_MS = 3_000;

/**
 * Reduces a JWK Set (RFC 7517 §5) to the members that a verifier needs, because a function's environment is limited
 * to 4 KB and certificates are large. The order is fixed, so that the same keys make the same template.
 * @throws when the text is not a JWK Set
 */
function toDeployedKeys(text: string): string {
  const { keys } = JSON.parse(text) as { keys: readonly Record<string, unknown>[] };
  const sorted = [...keys].sort((a, b) => String(a.kid).localeCompare(String(b.kid)));
  return JSON.stringify({
    keys: sorted.map(({ kid, kty, use, alg, n, e }) => ({ kid, kty, use, alg, n, e })),
  });
}

/**
 * Reads the public keys of the tenant from a file.
 * @returns a JWK Set for the authorizer's environment
 * @throws {ConfigError} when the file does not hold a JWK Set
 */
export function readJwksFile(file: string): string {
  try {
    return toDeployedKeys(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new ConfigError(`AUTH0_JWKS_FILE must name a file with a JWK Set. ${file} is not one.`, { cause });
  }
}

export interface KeyFetcher {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Gets one sentence when the keys are not available. */
  readonly print: (sentence: string) => void;
}

/**
 * Fetches the public keys of the tenant, to deploy them with the authorizer.
 * @returns a JWK Set for the authorizer's environment; undefined when the tenant cannot be reached. The authorizer then
 *   fetches the keys at its first use, so a synthesis works without a network.
 */
export async function fetchSigningKeys(
  auth0Domain: string,
  { fetch, print }: KeyFetcher,
): Promise<string | undefined> {
  const url = `${issuerOf(auth0Domain)}.well-known/jwks.json`;
  try {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (response.status !== 200) throw new Error(`status ${response.status}`);
    return toDeployedKeys(await response.text());
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    print(
      `The signing keys could not be fetched from ${url} (${reason}). The authorizer will fetch them at its first use.`,
    );
    return undefined;
  }
}
