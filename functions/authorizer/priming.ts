import { TokenError } from './errors.ts';
import type { KeySet } from './key-set.ts';
import { createTokenVerifier } from './verify-token.ts';

/** The bytes of a signature with an RSA key of 2,048 bits, which Auth0 uses. Any bytes do: no key made them. */
const SIGNATURE = Buffer.alloc(256, 1);

/**
 * Verifies a false token with each key. So the first real token finds its key ready, and the code has run once. The
 * keys are used as they are, because a key source would ask the issuer for new ones.
 * @param keys the deployed keys
 */
export async function primeKeys(
  keys: KeySet,
  { issuer, audience, now }: { issuer: string; audience: string; now: () => number },
): Promise<void> {
  for (const [keyId, key] of keys) {
    const verify = createTokenVerifier({
      keySources: new Map([[issuer, async () => key]]),
      audience,
      now,
    });
    const expiresAt = Math.floor(now() / 1_000) + 60;
    await verify(falseToken(keyId, { iss: issuer, aud: audience, sub: 'priming', exp: expiresAt })).catch(
      (error: unknown) => {
        if (!(error instanceof TokenError)) throw error;
      },
    );
  }
}

function falseToken(kid: string, claims: object): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  return `${encode({ alg: 'RS256', typ: 'JWT', kid })}.${encode(claims)}.${SIGNATURE.toString('base64url')}`;
}
