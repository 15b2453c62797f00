import { generateKeyPairSync } from 'node:crypto';
import type { APIGatewayAuthorizerResult, Context } from 'aws-lambda';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAuthorizer } from '../../../../functions/authorizer/authorize.ts';
import { createIdentifier } from '../../../../functions/authorizer/identify.ts';
import { createKeySource } from '../../../../functions/authorizer/jwks.ts';
import { parseKeySet } from '../../../../functions/authorizer/key-set.ts';
import { createProfileFetcher } from '../../../../functions/authorizer/userinfo.ts';
import { createTokenVerifier } from '../../../../functions/authorizer/verify-token.ts';
import { linkTo } from '../../../support/links.ts';
import { createLogRecorder } from '../../../support/log.ts';
import { createForge, encodePart, generateOddKeys } from '../../../support/token-forge.ts';

const issuer = 'https://tenant.eu.auth0.com/';
const audience = 'https://todo.example.com';
const subject = 'auth0|attacked';
const kid = 'issuer-key';
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const forge = createForge({
  ...{ issuer, audience, subject, kid, privateKey },
  ...{ oddKeys: generateOddKeys(), trapUrl: 'http://127.0.0.1:9', idToken: '', refreshToken: '' },
});
const keySet = { keys: [{ kid, use: 'sig', alg: 'RS256', ...publicKey.export({ format: 'jwk' }) }] };

/** The key set and the profile are always available, so every error of the authorizer is about the token. */
const fetch = async (url: string) =>
  Response.json(url.endsWith('userinfo') ? { sub: subject, email: 'a@example.com' } : keySet);
const log = createLogRecorder();
const authorizer = createAuthorizer({
  verifyToken: createTokenVerifier({
    keySources: new Map([
      [
        issuer,
        createKeySource({
          issuer,
          fetch,
          now: Date.now,
          log,
          deployedKeys: { keys: parseKeySet(keySet), fetchedAt: Date.now() },
        }),
      ],
    ]),
    audience,
    now: Date.now,
  }),
  identify: createIdentifier({
    tenantIssuer: issuer,
    links: {
      find: async () => linkTo({ userId: 'u1', email: 'a@example.com' }),
      signIn: never,
      follow: never,
      beginCheck: never,
    },
    fetchProfile: createProfileFetcher({ fetch, now: Date.now, log }),
    emailClaimNamespace: undefined,
    profileMaxAgeMs: 86_400_000,
    log,
    now: Date.now,
    sleep: async () => {},
    random: Math.random,
  }),
  log,
  takeColdStart: () => undefined,
  now: Date.now,
});

async function never(): Promise<never> {
  throw new Error('the user is known');
}

/** Returns the effect of the policy, or the message of the error. API Gateway maps the message "Unauthorized" to a 401. */
async function outcomeOf(authorizationToken: string): Promise<string> {
  const methodArn = 'arn:aws:execute-api:eu-central-1:123456789012:api/sandbox/GET/todo';
  try {
    const result = (await authorizer(
      { type: 'TOKEN', methodArn, authorizationToken },
      { awsRequestId: 'r1' } as Context,
      () => {},
    )) as APIGatewayAuthorizerResult;
    return result.policyDocument.Statement[0]?.Effect ?? 'no effect';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const keptOut = expect.toBeOneOf(['Deny', 'Unauthorized']);
const genuine = forge.token();
const [header = '', payload = '', signature = ''] = genuine.split('.');

/** Replaces a part of a text, at any place, by any other text. */
const splice = (text: string) =>
  fc
    .record({
      at: fc.nat(text.length),
      cut: fc.oneof(fc.constantFrom(0, 1, 2, 4), fc.nat(text.length)),
      paste: fc.oneof(
        fc.string({ unit: fc.constantFrom(...'ABab01-_.=+/~ '), maxLength: 3 }),
        fc.string({ unit: 'binary', maxLength: 8 }),
        fc.nat(text.length).chain((from) => fc.nat(40).map((length) => text.slice(from, from + length))),
      ),
    })
    .map(({ at, cut, paste }) => text.slice(0, at) + paste + text.slice(at + cut));

const flippedBit = fc.record({ segment: fc.nat(2), bit: fc.nat() }).map(({ segment, bit }) => {
  const segments = [header, payload, signature];
  const bytes = Buffer.from(segments[segment] ?? '', 'base64url');
  const at = bit % (bytes.length * 8);
  bytes[at >> 3] = (bytes[at >> 3] ?? 0) ^ (1 << (at & 7));
  segments[segment] = bytes.toString('base64url');
  return segments.join('.');
});

/** Changes the header or the claims, and keeps the signature of the genuine token. */
const members = fc.dictionary(
  fc.oneof(
    fc.constantFrom('alg', 'kid', 'typ', 'crit', 'b64', 'jku', 'jwk', 'iss', 'sub', 'aud', 'exp', 'nbf'),
    fc.string(),
  ),
  fc.oneof(fc.constantFrom<unknown>('none', 'HS256', subject, audience, 9_999_999_999), fc.jsonValue()),
  { minKeys: 1, maxKeys: 4 },
);
const changedMembers = fc.oneof(
  members.map((changes) => `${encodePart(forge.header(changes))}.${payload}.${signature}`),
  members.map((changes) => `${header}.${encodePart(forge.claims(changes))}.${signature}`),
);

/** Replaces the last character of a segment. A lenient decoder can decode the same bytes from it. */
const respelt = fc
  .record({ segment: fc.nat(2), last: fc.constantFrom(...ALPHABET) })
  .map(({ segment, last }) => {
    const segments = [header, payload, signature];
    segments[segment] = (segments[segment] ?? '').slice(0, -1) + last;
    return segments.join('.');
  });

const rearranged = fc
  .array(fc.constantFrom(header, payload, signature, '', 'e30'), { maxLength: 6 })
  .map((segments) => segments.join('.'));

/** The variable TOKEN_RUNS sets a higher number. */
const RUNS = Number(process.env.TOKEN_RUNS ?? 1_000);

/** Spaces before a token are not part of it: RFC 6750 §2.1 allows several spaces after the scheme. */
const isGenuine = (token: string) => token.replace(/^ +/, '') === genuine;

it.each(['', ' ', '   '])('allows the genuine token, after "Bearer %s"', async (spaces) => {
  expect(await outcomeOf(`Bearer ${spaces}${genuine}`)).toBe('Allow');
});

describe.each([
  ['a replaced part', splice(genuine)],
  ['a flipped bit', flippedBit],
  ['another spelling of the end of a segment', respelt],
  ['changed members', changedMembers],
  ['rearranged segments', rearranged],
])('a genuine token with %s', (_name, mutation) => {
  it(`is never allowed (${RUNS} mutations)`, { tags: 'random' }, async () => {
    await fc.assert(
      fc.asyncProperty(mutation, async (token) => {
        fc.pre(!isGenuine(token));
        expect(await outcomeOf(`Bearer ${token}`)).toEqual(keptOut);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('a token with random claims and a signature of the issuer', () => {
  /** Fewer runs, because each token needs a signature. */
  const SIGNED_RUNS = Math.ceil(RUNS / 15);

  it(`gets a defined outcome, and is never allowed without a required claim (${SIGNED_RUNS} tokens)`, {
    tags: 'random',
  }, async () => {
    const required = ['iss', 'sub', 'aud', 'exp'];
    await fc.assert(
      fc.asyncProperty(
        fc.subarray(required, { maxLength: 3 }),
        members,
        fc.boolean(),
        async (kept, others, inHeader) => {
          const claims = Object.fromEntries(
            Object.entries(forge.claims()).filter(([name]) => kept.includes(name)),
          );
          const lacking = required.filter((name) => !kept.includes(name) && !Object.hasOwn(others, name));
          const token = inHeader
            ? forge.token({ header: forge.header(others), payload: claims })
            : forge.token({ payload: { ...claims, ...others } });
          const outcome = await outcomeOf(`Bearer ${token}`);
          if (lacking.length > 0 || inHeader) expect(outcome).toEqual(keptOut);
          else expect(['Allow', 'Deny', 'Unauthorized']).toContain(outcome);
        },
      ),
      { numRuns: SIGNED_RUNS },
    );
  });
});

describe('any text in the Authorization header', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.string({ unit: 'grapheme', maxLength: 200 }),
    fc
      .tuple(fc.constantFrom('Bearer ', 'bearer  ', 'Basic ', 'Bearer'), fc.string({ maxLength: 200 }))
      .map((parts) => parts.join('')),
    fc
      .array(
        fc.oneof(fc.jsonValue(), fc.string()).map((part) => encodePart(JSON.stringify(part))),
        { minLength: 3, maxLength: 3 },
      )
      .map((segments) => `Bearer ${segments.join('.')}`),
  );

  it(`is never allowed, and never causes an unexpected error (${RUNS} texts)`, {
    tags: 'random',
  }, async () => {
    await fc.assert(
      fc.asyncProperty(anyText, async (text) => {
        expect(await outcomeOf(text)).toEqual(keptOut);
      }),
      { numRuns: RUNS },
    );
  });
});
