import { describe, expect, test, vi } from 'vitest';
import type { AuthorizerSpec } from '../../../../../infra/local/deployment-spec.ts';
import {
  createGatewayAuthorizer,
  parseAuthorizerResult,
} from '../../../../../infra/local/gateway/authorizer.ts';
import { AuthorizerConfigurationError } from '../../../../../infra/local/gateway/iam-policy.ts';
import type { InvocationResult } from '../../../../../infra/local/lambda/invocation.ts';

const TODO = 'arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/v1/GET/todo';
const ME = 'arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/v1/GET/me';

const policyFor = (Resource: string) => ({
  Statement: { Effect: 'Allow', Action: 'execute-api:Invoke', Resource },
});
const allowAll = { principalId: 'ann', policyDocument: policyFor('*') };

function setUp(result: InvocationResult | (() => InvocationResult), overrides: Partial<AuthorizerSpec> = {}) {
  const clock = { now: 1_000 };
  const invoke = vi.fn(async (_event: unknown) => (typeof result === 'function' ? result() : result));
  const authorizer = createGatewayAuthorizer({
    spec: { id: 'a', functionId: 'F', identityHeader: 'Authorization', ttlSeconds: 300, ...overrides },
    invoke,
    now: () => clock.now,
    maxEntries: 2,
  });
  return { authorizer, invoke, clock };
}

describe('an identity', () => {
  test.each([undefined, ''])('that is %j is unauthorized, without an invocation', async (identity) => {
    const { authorizer, invoke } = setUp({ ok: true, payload: allowAll });
    await expect(authorizer.authorize(identity, TODO)).rejects.toMatchObject({ failure: 'UNAUTHORIZED' });
    expect(invoke).not.toHaveBeenCalled();
  });

  test('that does not match the expression is unauthorized, without an invocation', async () => {
    const { authorizer, invoke } = setUp(
      { ok: true, payload: allowAll },
      { validationRegex: /^(?:Bearer .+)$/ },
    );
    await expect(authorizer.authorize('Basic x', TODO)).rejects.toMatchObject({ failure: 'UNAUTHORIZED' });
    expect(invoke).not.toHaveBeenCalled();
    await expect(authorizer.authorize('Bearer x', TODO)).resolves.toMatchObject({ decision: 'Allow' });
  });

  test('reaches the function as a TOKEN event', async () => {
    const { authorizer, invoke } = setUp({ ok: true, payload: allowAll });
    await authorizer.authorize('t', TODO);
    expect(invoke).toHaveBeenCalledExactlyOnceWith({
      type: 'TOKEN',
      methodArn: TODO,
      authorizationToken: 't',
    });
  });
});

describe('the cache', () => {
  test('keeps the result for a token until its time to live ends', async () => {
    const { authorizer, invoke, clock } = setUp({ ok: true, payload: allowAll });
    expect(await authorizer.authorize('t', TODO)).toMatchObject({ cacheHit: false });
    clock.now = 301_000;
    expect(await authorizer.authorize('t', TODO)).toMatchObject({
      cacheHit: true,
      context: { principalId: 'ann', integrationLatency: 0 },
    });
    clock.now = 301_001;
    expect(await authorizer.authorize('t', TODO)).toMatchObject({ cacheHit: false });
    expect(invoke).toHaveBeenCalledTimes(2);
  });

  test('is off when its time to live is 0', async () => {
    const { authorizer, invoke } = setUp({ ok: true, payload: allowAll }, { ttlSeconds: 0 });
    await authorizer.authorize('t', TODO);
    await authorizer.authorize('t', TODO);
    expect(invoke).toHaveBeenCalledTimes(2);
  });

  test('keeps a denial too', async () => {
    const policyDocument = { Statement: { ...policyFor('*').Statement, Effect: 'Deny' } };
    const { authorizer, invoke } = setUp({ ok: true, payload: { principalId: 'x', policyDocument } });
    await authorizer.authorize('t', TODO);
    expect(await authorizer.authorize('t', TODO)).toMatchObject({ decision: 'ExplicitDeny', cacheHit: true });
    expect(invoke).toHaveBeenCalledTimes(1);
  });

  test('evaluates the policy for each method, so a policy for one method denies another', async () => {
    const { authorizer } = setUp({
      ok: true,
      payload: { principalId: 'ann', policyDocument: policyFor(TODO) },
    });
    expect(await authorizer.authorize('t', TODO)).toMatchObject({ decision: 'Allow' });
    expect(await authorizer.authorize('t', ME)).toMatchObject({ decision: 'ImplicitDeny', cacheHit: true });
  });

  test('drops the least recently used token when it is full', async () => {
    const { authorizer } = setUp({ ok: true, payload: allowAll });
    for (const token of ['a', 'b', 'a', 'c']) await authorizer.authorize(token, TODO);
    expect(await authorizer.authorize('a', TODO)).toMatchObject({ cacheHit: true });
    expect(await authorizer.authorize('b', TODO)).toMatchObject({ cacheHit: false });
  });

  test('invokes the function for each of several simultaneous requests with a new token', async () => {
    const { authorizer, invoke } = setUp({ ok: true, payload: allowAll });
    await Promise.all([authorizer.authorize('t', TODO), authorizer.authorize('t', TODO)]);
    expect(invoke).toHaveBeenCalledTimes(2);
  });
});

describe('an error', () => {
  test.each<[string, InvocationResult, string]>([
    ['Unauthorized', { ok: false, errorType: 'Error', errorMessage: 'Unauthorized' }, 'UNAUTHORIZED'],
    ['any other', { ok: false, errorType: 'Error', errorMessage: 'unauthorized' }, 'AUTHORIZER_FAILURE'],
    ['a malformed result', { ok: true, payload: {} }, 'AUTHORIZER_CONFIGURATION_ERROR'],
    [
      'a malformed policy',
      { ok: true, payload: { principalId: 'a', policyDocument: { Statement: {} } } },
      'AUTHORIZER_CONFIGURATION_ERROR',
    ],
  ])('of the function, %s, fails the request and is not cached', async (_name, result, failure) => {
    const results = [result, { ok: true as const, payload: allowAll }];
    const { authorizer } = setUp(() => results.shift()!);
    await expect(authorizer.authorize('t', TODO)).rejects.toMatchObject({ failure });
    await expect(authorizer.authorize('t', TODO)).resolves.toMatchObject({
      decision: 'Allow',
      cacheHit: false,
    });
  });
});

describe('a result', () => {
  test('has its context values as strings', () => {
    const context = { text: 'a', number: 1.5, truth: true };
    expect(parseAuthorizerResult({ ...allowAll, context }).context).toEqual({
      text: 'a',
      number: '1.5',
      truth: 'true',
    });
  });

  test.each<[string, unknown]>([
    ['null', null],
    ['text', 'Allow'],
    ['no principal', { ...allowAll, principalId: undefined }],
    ['no policy', { principalId: 'a' }],
    ['a context that is a list', { ...allowAll, context: [] }],
    ['an object in the context', { ...allowAll, context: { user: { id: 1 } } }],
    ['a list in the context', { ...allowAll, context: { scopes: ['a'] } }],
    ['null in the context', { ...allowAll, context: { email: null } }],
  ])('is malformed: %s', (_name, payload) => {
    expect(() => parseAuthorizerResult(payload)).toThrow(AuthorizerConfigurationError);
  });
});
