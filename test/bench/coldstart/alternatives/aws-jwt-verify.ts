import { JwtVerifier } from 'aws-jwt-verify';
import { audience, authorizerWith, deployedKeys, issuer, toAccessToken } from './authorizer.ts';

const verifier = JwtVerifier.create({ issuer, audience, jwksUri: `${issuer}.well-known/jwks.json` });
verifier.cacheJwks(deployedKeys);

/** The authorizer with the library aws-jwt-verify. */
export const handler = authorizerWith(async (token) => toAccessToken(await verifier.verify(token)));
