import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  AuthorizerConfigurationError,
  evaluatePolicy,
  matchesWildcards,
} from '../../../../../infra/local/gateway/iam-policy.ts';

const ARN = 'arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/v1/GET/todo';
const ALL = 'arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/v1/*';

const allow = { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: ALL };
const deny = { ...allow, Effect: 'Deny' };

function decide(...statements: unknown[]) {
  return evaluatePolicy({ Version: '2012-10-17', Statement: statements }, ARN);
}

describe('a decision', () => {
  test('is Allow when a statement allows the method', () => {
    expect(decide(allow)).toBe('Allow');
    expect(evaluatePolicy({ Statement: allow }, ARN)).toBe('Allow');
  });

  test('is an explicit deny at any position of the Deny', () => {
    expect(decide(allow, deny)).toBe('ExplicitDeny');
    expect(decide(deny, allow)).toBe('ExplicitDeny');
  });

  test('is an implicit deny when no statement applies', () => {
    expect(decide()).toBe('ImplicitDeny');
    expect(decide({ ...allow, Resource: ALL.replace('/v1/', '/v2/') })).toBe('ImplicitDeny');
    expect(decide({ ...deny, Resource: `${ARN}s` })).toBe('ImplicitDeny');
  });
});

describe('an action', () => {
  test.each(['execute-api:Invoke', 'EXECUTE-API:invoke', 'execute-api:*', 'execute-api:Inv?ke', '*'])(
    '%s applies',
    (action) => expect(decide({ ...allow, Action: action })).toBe('Allow'),
  );

  test.each(['execute-api:ManageConnections', 's3:*', ''])('%j does not apply', (action) =>
    expect(decide({ ...allow, Action: action })).toBe('ImplicitDeny'),
  );

  test('applies if one of a list applies', () => {
    expect(decide({ ...allow, Action: ['s3:GetObject', 'execute-api:Invoke'] })).toBe('Allow');
  });
});

describe('a resource', () => {
  test('applies if one of a list applies', () => {
    expect(decide({ ...allow, Resource: ['arn:x', ARN] })).toBe('Allow');
  });

  test('is case-sensitive', () => {
    expect(decide({ ...allow, Resource: ARN.replace('GET', 'get') })).toBe('ImplicitDeny');
  });
});

describe('an invalid policy', () => {
  test.each(['NotAction', 'NotResource', 'Condition', 'Principal'])(
    'causes an error that names %s',
    (element) => {
      expect(() => decide({ ...allow, [element]: {} })).toThrow(`policy element ${element}`);
    },
  );

  test.each<[string, unknown]>([
    ['not an object', 'Allow'],
    ['no statement', {}],
    ['a statement of text', { Statement: ['Allow'] }],
    ['no effect', { Statement: { ...allow, Effect: 'allow' } }],
    ['no action', { Statement: { Effect: 'Allow', Resource: '*' } }],
    ['a resource of another type', { Statement: { ...allow, Resource: [1] } }],
  ])('causes an error: %s', (_name, document) => {
    expect(() => evaluatePolicy(document, ARN)).toThrow(AuthorizerConfigurationError);
  });

  test('causes an error even after a statement that decides', () => {
    expect(() => decide(deny, { ...allow, Effect: 'maybe' })).toThrow(AuthorizerConfigurationError);
  });
});

describe('wildcards', () => {
  test('match like the equivalent regular expression', () => {
    const letters = (alphabet: string) => fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 12 });
    fc.assert(
      fc.property(letters('ab*?'), letters('ab'), (pattern, text) => {
        const regex = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`);
        expect(matchesWildcards(pattern, text)).toBe(regex.test(text));
      }),
    );
  });

  test('have only the special characters * and ?', () => {
    expect(matchesWildcards('a.c', 'abc')).toBe(false);
    expect(matchesWildcards('(a|b)+', '(a|b)+')).toBe(true);
  });

  test('match in a short time even with a hostile pattern', () => {
    expect(matchesWildcards('*a'.repeat(1000), `${'a'.repeat(5000)}b`)).toBe(false);
  });
});
