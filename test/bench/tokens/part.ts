import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { JwtVerifier } from 'aws-jwt-verify';
import { createLocalJWKSet, jwtVerify } from 'jose';
import jwt from 'jsonwebtoken';
import { createKeySource } from '../../../functions/authorizer/jwks.ts';
import { parseKeySet } from '../../../functions/authorizer/key-set.ts';
import { createTokenVerifier } from '../../../functions/authorizer/verify-token.ts';
import { createSigningKey, signToken } from '../../support/tokens.ts';
import type { Claim, Part, ResultTable } from '../part.ts';
import { interleave, median, ratio } from '../statistics.ts';

const ROUNDS = 11;
const TOKENS = 300;
const OURS = 'this authorizer (jose)';
const JSONWEBTOKEN = 'jsonwebtoken';

const issuer = 'https://tenant.eu.auth0.com/';
const audience = 'https://todo.example.com';
const signingKey = createSigningKey('benchmark');
const keys = { keys: [signingKey.jwk] };
const publicKey = createPublicKey({ key: signingKey.jwk as JsonWebKey, format: 'jwk' });

type Verify = (token: string) => unknown;

function verifiers(): Record<string, Verify> {
  const ours = createTokenVerifier({
    audience,
    now: Date.now,
    keySources: new Map([
      [
        issuer,
        createKeySource({
          issuer,
          fetch,
          now: Date.now,
          deployedKeys: { keys: parseKeySet(keys), fetchedAt: Date.now() },
          log: { info() {}, warn() {}, error() {} },
        }),
      ],
    ]),
  });
  const keySet = createLocalJWKSet(keys as Parameters<typeof createLocalJWKSet>[0]);
  const awsVerifier = JwtVerifier.create({ issuer, audience, jwksUri: `${issuer}.well-known/jwks.json` });
  awsVerifier.cacheJwks(keys as Parameters<typeof awsVerifier.cacheJwks>[0]);
  return {
    'crypto.verify alone': (token) => {
      const end = token.lastIndexOf('.');
      const signature = Buffer.from(token.slice(end + 1), 'base64url');
      return verify('sha256', Buffer.from(token.slice(0, end)), publicKey, signature);
    },
    [OURS]: ours,
    'jose, local key set': (token) =>
      jwtVerify(token, keySet, { issuer, audience, algorithms: ['RS256'], requiredClaims: ['sub', 'exp'] }),
    [JSONWEBTOKEN]: (token) => jwt.verify(token, publicKey, { issuer, audience, algorithms: ['RS256'] }),
    'aws-jwt-verify': (token) => awsVerifier.verify(token),
  };
}

/** Tokens, by their defect. */
function tokens(): Record<string, string> {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: issuer, sub: 'auth0|alice', aud: [audience], iat: now, exp: now + 86_400 };
  const stranger = { ...createSigningKey('benchmark') };
  return {
    valid: signToken(signingKey, claims),
    'signed by another key': signToken(stranger, claims),
    expired: signToken(signingKey, { ...claims, exp: now - 3_600 }),
    'of another issuer': signToken(signingKey, { ...claims, iss: 'https://other.eu.auth0.com/' }),
    'no token': 'no.to.ken',
  };
}

/** Measures the verification of good and bad tokens. */
export const tokenVerification: Part = {
  name: 'tokens',
  section: 'Tokens',
  async run() {
    const byToken: Record<string, Record<string, number[]>> = {};
    for (const [kind, token] of Object.entries(tokens())) {
      const variants = Object.entries(verifiers()).map(
        ([name, check]) => [name, () => processorMicroseconds(check, token)] as const,
      );
      byToken[kind] = await interleave(Object.fromEntries(variants), ROUNDS);
    }
    return { tables: [toTable(byToken)], claims: [toClaim(byToken)] };
  },
};

async function processorMicroseconds(check: Verify, token: string): Promise<number> {
  const before = process.cpuUsage();
  for (let i = 0; i < TOKENS; i++) {
    try {
      await check(token);
    } catch {
      // Most of these tokens are expected to fail.
    }
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / TOKENS;
}

function toTable(byToken: Readonly<Record<string, Readonly<Record<string, number[]>>>>): ResultTable {
  const kinds = Object.keys(byToken);
  const names = Object.keys(Object.values(byToken)[0] ?? {});
  return {
    title: 'CPU time to verify a token, in microseconds',
    columns: ['', ...kinds.flatMap((kind) => [kind, '×'])],
    rows: names.map((name) => [
      name,
      ...kinds.flatMap((kind) => {
        const time = median(byToken[kind]?.[name] ?? []);
        const bare = median(byToken[kind]?.[names[0] as string] ?? []);
        return [time.toFixed(0), ratio(time, bare)];
      }),
    ]),
    note: `RS256 with a key of 2,048 bits in memory. Medians of ${ROUNDS} rounds of ${TOKENS} tokens. The ratios compare with crypto.verify alone, which verifies the signature and no claim.`,
  };
}

function toClaim(byToken: Readonly<Record<string, Readonly<Record<string, number[]>>>>): Claim {
  const microseconds = (name: string) => median(byToken.valid?.[name] ?? []).toFixed(0);
  return {
    figure: `${microseconds(OURS)} µs`,
    text: `the CPU time to verify a token, at most once in five minutes for each token. jsonwebtoken takes ${microseconds(JSONWEBTOKEN)} µs`,
  };
}
