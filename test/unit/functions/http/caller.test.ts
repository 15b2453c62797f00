import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Caller, type Refusal, readCaller, toCallerContext } from '../../../../functions/http/caller.ts';
import { expectProblem, problemOf } from '../../../support/problems.ts';

const NOW = 1_800_000_000;
const caller: Caller = {
  kind: 'user',
  userId: '01ARYZ6S41TSV4RRFFQ69G5FAV',
  email: 'alice@example.com',
  subject: 'auth0|alice',
  scopes: ['openid', 'read:todos'],
  expiresAt: NOW + 60,
};

/** API Gateway converts every value of the context to a string. */
const throughGateway = (context: Readonly<Record<string, string | number>>) =>
  Object.fromEntries(Object.entries(context).map(([name, value]) => [name, String(value)]));

describe('the context between authorizer and routes', () => {
  it('carries any caller as flat values', () => {
    const text = fc.string({ minLength: 1 });
    const scope = fc.stringMatching(/^[!#-[\]-~]{1,20}$/);
    fc.assert(
      fc.property(
        fc.record({
          kind: fc.constant('user' as const),
          userId: text,
          email: text,
          subject: text,
          scopes: fc.array(scope),
          expiresAt: fc.integer({ min: NOW + 1 }),
        }),
        (anyone) => {
          const context = toCallerContext(anyone);
          for (const value of Object.values(context)) expect(typeof value).toMatch(/^(string|number)$/);
          expect(readCaller(throughGateway(context), NOW)).toEqual(anyone);
        },
      ),
    );
  });

  it('keeps each permission whole: one with a space grants nothing', () => {
    const permissions = ['a write:todos', 'read:todos', 'write:todos x', ' write:todos', 'write:todos\n', ''];
    const context = throughGateway(toCallerContext({ ...caller, scopes: permissions }));
    expect(context.scope).toBe('read:todos');
    expect(readCaller(context, NOW).scopes).toEqual(['read:todos']);
  });

  it('may have other members, which the gateway adds', () => {
    const context = {
      ...throughGateway(toCallerContext(caller)),
      principalId: 'x',
      integrationLatency: 3,
    };
    expect(readCaller(context, NOW)).toEqual(caller);
  });
});

describe('a caller whose token has expired', () => {
  it.each([
    ['this second', NOW],
    ['long ago', 1],
  ])('is refused as unauthorized: %s', (_, expiresAt) => {
    const context = toCallerContext({ ...caller, expiresAt });
    const { kind, message } = problemOf(() => readCaller(context, NOW));
    expect(kind).toBe('token_expired');
    expect(message).toBe('The access token has expired.');
  });

  it('is refused as unauthorized, also if the authorizer refused the caller', () => {
    const context = toCallerContext({ kind: 'refused', refusal: 'machine_token', expiresAt: NOW });
    expectProblem(() => readCaller(context, NOW), 'token_expired');
  });
});

describe('a refused caller', () => {
  it.each<[Refusal, RegExp]>([
    ['machine_token', /client credentials/],
    ['profile_missing', /openid/],
    ['profile_unavailable', /no profile for this token.* sign in again/],
    ['blocked_at_issuer', /^The account is blocked at Auth0\./],
    ['user_blocked', /^An operator of this API blocked this user\./],
    ['email_missing', /^The account has no email address\.$/],
    ['email_malformed', /address of the account is malformed.* at most 254 characters/],
    ['email_unverified', /not verified: verify it/],
    ['connection_unverified', /connection of the account does not verify addresses/],
    ['no_room_for_identity', /have reached 10 GB.* Sign in as before, delete something/],
  ])('gets the reason: %s', (refusal, detail) => {
    const context = throughGateway(toCallerContext({ kind: 'refused', refusal, expiresAt: NOW + 1 }));
    const problem = problemOf(() => readCaller(context, NOW));
    expect(problem.kind).toBe(refusal);
    expect(problem.message).toMatch(detail);
  });

  it.each(['unheard_of', 'toString', '__proto__', ''])(
    'is refused without details for an unknown reason: %j',
    (reason) => {
      const context = { ...toCallerContext(caller), reason_code: reason };
      expect(problemOf(() => readCaller(context, NOW)).message).toBe('The request was not authorized.');
    },
  );
});

describe('a context of another release', () => {
  it('refuses a refused caller without a reason, when the reason has a name that the route does not know', () => {
    const context = { refusal: 'user_blocked', expires_at: String(NOW + 1), authorization_id: '0f8fad5b' };
    const { kind, message } = problemOf(() => readCaller(context, NOW));
    expect(kind).toBe('forbidden');
    expect(message).toBe('The request was not authorized.');
  });

  it('names no user of a refused caller, so that a route lets nobody in for want of the reason', () => {
    expect(toCallerContext({ kind: 'refused', refusal: 'user_blocked', expiresAt: 1_800_000_001 })).toEqual({
      reason_code: 'user_blocked',
      expires_at: 1_800_000_001,
    });
  });
});

describe('an incomplete context', () => {
  const complete = throughGateway(toCallerContext(caller));

  it.each([null, undefined, {}, { ...complete, user_id: '' }])(
    'is refused without a reason: %j',
    (context) => {
      const { kind, message } = problemOf(() => readCaller(context, NOW));
      expect(kind).toBe('forbidden');
      expect(message).toBe('The request was not authorized.');
    },
  );

  it.each(Object.keys(complete))('is refused without %s', (name) => {
    const { [name]: _, ...rest } = complete;
    expectProblem(() => readCaller(rest, NOW), 'forbidden');
  });

  it.each(['user_id', 'email', 'subject'])('is refused with an empty %s', (name) => {
    expectProblem(() => readCaller({ ...complete, [name]: '' }, NOW), 'forbidden');
  });

  it.each(['soon', '', 'NaN', '-1', '0', {}])('is refused with the expiry %j', (expires_at) => {
    expectProblem(() => readCaller({ ...complete, expires_at }, NOW), 'forbidden');
  });

  it('may have no scopes', () => {
    expect(readCaller({ ...complete, scope: '' }, NOW).scopes).toEqual([]);
  });
});
