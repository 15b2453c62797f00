import jwt from 'jsonwebtoken';
import { JwksClient } from 'jwks-rsa';
import { audience, authorizerWith, deployedKeys, issuer, toAccessToken } from './authorizer.ts';

const keys = new JwksClient({
  jwksUri: `${issuer}.well-known/jwks.json`,
  cache: true,
  rateLimit: true,
  getKeysInterceptor: async () => deployedKeys.keys,
});

/** The authorizer with the libraries jsonwebtoken and jwks-rsa, which most examples use. */
export const handler = authorizerWith(async (token) => {
  const kid = jwt.decode(token, { complete: true })?.header.kid;
  const key = (await keys.getSigningKey(kid)).getPublicKey();
  return toAccessToken(
    jwt.verify(token, key, { algorithms: ['RS256'], issuer, audience }) as object as Record<string, unknown>,
  );
});
