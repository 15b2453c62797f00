import { describe, expect, it } from 'vitest';
import {
  addressOf,
  forgettable,
  hasAddress,
  toAddress,
  withAddress,
} from '../../../../functions/users/address.ts';
import type { Address, User } from '../../../../functions/users/user.ts';

const issuer = 'https://tenant.eu.auth0.com/';
const [first, second] = [
  { issuer, subject: 'auth0|1' },
  { issuer, subject: 'google-oauth2|2' },
];
const NOW = 10_000_000;
const at = (email: string, seenAt: number, isVerified = true): Address => ({ email, isVerified, seenAt });

const userWith = (email: string, ...addresses: readonly Address[]): User => ({
  ...{ kind: 'active', id: 'ann', email, createdAt: 1, releasedAt: {}, blockedAt: undefined, revision: 1 },
  identities: addresses.map((address, i) => ({ ...(i === 0 ? first : second), address })),
});

describe('an address', () => {
  it.each([
    ['Ann@Example.COM', 'ann@example.com'],
    ['\u212Aelvin@example.com', '\u212Aelvin@example.com'],
    ['\u0130@example.com', '\u0130@example.com'],
  ])('is compared without the case of ASCII letters, and of no other: %s', (email, expected) => {
    expect(toAddress(email, true, 7)).toEqual({ email: expected, isVerified: true, seenAt: 7 });
  });

  it('leads to a user only while an identity has it, verified', () => {
    const user = userWith('a@example.com', at('b@example.com', 1), at('c@example.com', 1, false));
    expect(['a', 'b', 'c'].map((name) => hasAddress(user, `${name}@example.com`))).toEqual([
      false,
      true,
      false,
    ]);
    expect(addressOf(user, second)?.email).toBe('c@example.com');
    expect(addressOf(user, { ...second, issuer: 'https://other.eu.auth0.com/' })).toBeUndefined();
  });
});

describe('a user after the issuer showed an address', () => {
  const outcome = (user: User) => ({
    email: user.email,
    addresses: user.identities.map(({ address }) => `${address.email}${address.isVerified ? '' : '?'}`),
    released: user.releasedAt,
  });

  it.each<[string, User, Address, ReturnType<typeof outcome>]>([
    [
      'has the new one, and gives up the old one',
      userWith('a@example.com', at('a@example.com', 1)),
      at('b@example.com', 2),
      { email: 'b@example.com', addresses: ['b@example.com'], released: { 'a@example.com': NOW } },
    ],
    [
      'keeps the old one, and is shown with it, while another identity has it',
      userWith('a@example.com', at('a@example.com', 1), at('a@example.com', 1)),
      at('b@example.com', 2),
      { email: 'a@example.com', addresses: ['b@example.com', 'a@example.com'], released: {} },
    ],
    [
      'does not keep the old one for an identity that has it unverified',
      userWith('a@example.com', at('a@example.com', 1), at('a@example.com', 1, false)),
      at('b@example.com', 2),
      {
        email: 'a@example.com',
        addresses: ['b@example.com', 'a@example.com?'],
        released: { 'a@example.com': NOW },
      },
    ],
    [
      'gives up the old one for an unverified one, and is shown with that',
      userWith('a@example.com', at('a@example.com', 1)),
      at('b@example.com', 2, false),
      { email: 'b@example.com', addresses: ['b@example.com?'], released: { 'a@example.com': NOW } },
    ],
    [
      'is rather shown with a verified one of another identity',
      userWith('a@example.com', at('a@example.com', 1), at('c@example.com', 1)),
      at('b@example.com', 2, false),
      {
        email: 'c@example.com',
        addresses: ['b@example.com?', 'c@example.com'],
        released: { 'a@example.com': NOW },
      },
    ],
    [
      'keeps one that was verified before',
      userWith('a@example.com', at('a@example.com', 1)),
      at('a@example.com', 2, false),
      { email: 'a@example.com', addresses: ['a@example.com'], released: {} },
    ],
    [
      'has one that is verified since',
      userWith('b@example.com', at('b@example.com', 1, false)),
      at('b@example.com', 2),
      { email: 'b@example.com', addresses: ['b@example.com'], released: {} },
    ],
    [
      'has one again that it gave up',
      { ...userWith('b@example.com', at('b@example.com', 1)), releasedAt: { 'a@example.com': NOW - 1 } },
      at('a@example.com', 2),
      { email: 'a@example.com', addresses: ['a@example.com'], released: { 'b@example.com': NOW } },
    ],
  ])('%s', (_what, user, shown, expected) => {
    const next = withAddress(user, first, shown, NOW);
    expect(outcome(next)).toEqual(expected);
    expect(next).toMatchObject({ kind: 'active', id: 'ann', createdAt: 1, revision: 2 });
    expect(addressOf(next, first)?.seenAt).toBe(2);
  });

  it.each([2, 3])(
    'is the same when the issuer showed another one later, or at the same time: %i',
    (seenAt) => {
      const user = userWith('a@example.com', at('a@example.com', seenAt));
      expect(withAddress(user, first, at('b@example.com', 2), NOW)).toBe(user);
    },
  );

  it('has a new identity, in one order', () => {
    const user = {
      ...userWith('a@example.com'),
      identities: [{ ...second, address: at('a@example.com', 1) }],
    };
    const next = withAddress(user, first, at('a@example.com', 2), NOW);
    expect(next.identities).toEqual([
      { ...first, address: at('a@example.com', 2) },
      { ...second, address: at('a@example.com', 1) },
    ]);
  });

  it('forgets an address an hour after it was given up', () => {
    const releasedAt = { 'new@example.com': NOW - 3_600_000, 'old@example.com': NOW - 3_600_001 };
    const user = { ...userWith('a@example.com', at('a@example.com', 1)), releasedAt };
    expect(forgettable(user, NOW)).toEqual(['old@example.com']);
    expect(withAddress(user, first, at('a@example.com', 2), NOW).releasedAt).toEqual({
      'new@example.com': NOW - 3_600_000,
    });
  });
});
