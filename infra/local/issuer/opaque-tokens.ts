import { randomBytes } from 'node:crypto';
import { EncryptJWT, errors, type JWTPayload, jwtDecrypt } from 'jose';

/** Access tokens that only the issuer can read. */
export interface OpaqueTokens {
  /** Makes a token with these claims. A claim that is undefined is left out. */
  seal(claims: Record<string, unknown>): Promise<string>;
  /** Gives the claims of a token that has not expired. */
  open(token: string, expected: { audience: string }): Promise<JWTPayload | undefined>;
}

/**
 * Makes opaque tokens as Auth0 does: they are JWTs that are encrypted with a key of the issuer (JWE, RFC 7516), with
 * the issuer in the header. The key is lost when the process ends.
 * @param now the clock, in milliseconds since the epoch
 */
export function createOpaqueTokens(now: () => number): OpaqueTokens {
  const key = randomBytes(32);

  return {
    seal: (claims) =>
      new EncryptJWT(claims).setProtectedHeader({ alg: 'dir', enc: 'A256GCM', iss: claims.iss }).encrypt(key),
    async open(token, { audience }) {
      try {
        const { payload } = await jwtDecrypt(token, key, {
          audience,
          requiredClaims: ['sub', 'exp'],
          currentDate: new Date(now()),
        });
        return payload;
      } catch (error) {
        if (error instanceof errors.JOSEError) return undefined;
        throw error;
      }
    },
  };
}
