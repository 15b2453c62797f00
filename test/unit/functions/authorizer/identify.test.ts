import { ItemCollectionSizeLimitExceededException } from '@aws-sdk/client-dynamodb';
import { describe, expect, it, vi } from 'vitest';
import {
  AuthorizationServerError,
  NotYetAcceptableError,
  TokenError,
} from '../../../../functions/authorizer/errors.ts';
import { createIdentifier, type IdentifierDependencies } from '../../../../functions/authorizer/identify.ts';
import type { Profile } from '../../../../functions/authorizer/profile.ts';
import type { AccessToken } from '../../../../functions/authorizer/verify-token.ts';
import type { Address, Identity, Link, LinkedUser } from '../../../../functions/users/user.ts';
import { createLogRecorder } from '../../../support/log.ts';

const issuer = 'https://t.auth0.com/';
const HOUR_MS = 3_600_000;
const NOW = Date.parse('2026-06-15T12:00:00Z');
const ISSUED_AT = NOW - 60_000;

const accessToken: AccessToken = {
  issuer,
  subject: 'auth0|1',
  opensProfile: true,
  expiresAt: 1_000,
  scopes: ['read:todos'],
  isMachine: false,
  claims: { iat: ISSUED_AT / 1_000 },
};
const linked: LinkedUser = {
  userId: 'u1',
  email: 'a@example.com',
  isVerified: true,
  checkedAt: NOW - HOUR_MS,
  askedAt: undefined,
  isBlocked: false,
};
const linkTo = (user: LinkedUser | undefined, deletedAt?: number): Link => ({
  user,
  deletedAt,
  deletingUserId: undefined,
  deletingSince: undefined,
});
const nobody = linkTo(undefined);
const caller = {
  kind: 'user',
  userId: 'u1',
  email: 'a@example.com',
  subject: 'auth0|1',
  scopes: ['read:todos'],
  expiresAt: 1_000,
};

function setUp(changes: Partial<IdentifierDependencies> = {}) {
  const links = {
    find: vi.fn(async () => nobody),
    signIn: vi.fn(
      async (_identity: Identity, _address: Address, _issuedAt: number | undefined) =>
        linked as LinkedUser | undefined,
    ),
    follow: vi.fn(async (_identity: Identity, _link: Link, { email }: Address) =>
      linkTo({ ...linked, email }),
    ),
    beginCheck: vi.fn(async () => true),
  };
  const fetchProfile = vi.fn(async (): Promise<Profile> => ({ email: 'a@example.com' }));
  const sleep = vi.fn(async () => {});
  const log = createLogRecorder();
  const identify = createIdentifier({
    tenantIssuer: issuer,
    links,
    fetchProfile,
    emailClaimNamespace: undefined,
    profileMaxAgeMs: 24 * HOUR_MS,
    log,
    now: () => NOW,
    sleep,
    random: () => 0.5,
    ...changes,
  });
  return {
    links,
    fetchProfile,
    sleep,
    log: log.entries,
    identify: (token: Partial<AccessToken> = {}) => identify({ ...accessToken, ...token }, 'jwt'),
  };
}

describe('a linked identity', () => {
  it('gives its user, without a request to the issuer', async () => {
    const { links, fetchProfile, identify, log } = setUp();
    links.find.mockResolvedValue(linkTo(linked));
    expect(await identify()).toEqual(caller);
    expect(fetchProfile).not.toHaveBeenCalled();
    expect(log).toEqual([]);
    expect(links.signIn).not.toHaveBeenCalled();
    expect(links.follow).not.toHaveBeenCalled();
    expect(links.beginCheck).not.toHaveBeenCalled();
  });
});

describe('a blocked user', () => {
  const refused = { kind: 'refused', refusal: 'user_blocked', expiresAt: 1_000 };

  it('is refused at a linked identity', async () => {
    const { links, identify } = setUp();
    links.find.mockResolvedValue(linkTo({ ...linked, isBlocked: true }));
    expect(await identify()).toEqual(refused);
  });

  it('is refused at a new identity, and this counts as no sign-in', async () => {
    const { links, log, identify } = setUp();
    links.signIn.mockResolvedValue({ ...linked, isBlocked: true });
    expect(await identify()).toEqual(refused);
    expect(log).toEqual([]);
  });
});

describe('a token of an identity whose user was deleted', () => {
  const deletedAt = NOW - 30_500;
  const userDeleted = { name: 'TokenError', code: 'user_deleted' };

  it.each([
    ['before the deletion', NOW - 32_000],
    ['in the second of the deletion', NOW - 31_000],
    ['at an unknown time', undefined],
    ['at a time that is no number', Number.NaN],
  ])('is refused when it was issued %s', async (_when, issuedAt) => {
    for (const user of [undefined, linked]) {
      const { links, fetchProfile, identify } = setUp();
      links.find.mockResolvedValue(linkTo(user, deletedAt));
      const claims = issuedAt === undefined ? {} : { iat: issuedAt / 1_000 };
      await expect(identify({ claims })).rejects.toMatchObject(userDeleted);
      expect(fetchProfile).not.toHaveBeenCalled();
      expect(links.signIn).not.toHaveBeenCalled();
    }
  });

  it('acts for the new user when it was issued afterwards', async () => {
    const { links, identify } = setUp();
    const claims = { iat: (NOW - 30_000) / 1_000 };
    links.find.mockResolvedValue(linkTo(undefined, deletedAt));
    expect(await identify({ claims })).toEqual(caller);
    expect(links.signIn).toHaveBeenCalledOnce();
    links.find.mockResolvedValue(linkTo(linked, deletedAt));
    expect(await identify({ claims })).toEqual(caller);
  });

  it('is refused when the deletion takes place during the sign-in', async () => {
    const { links, identify } = setUp();
    links.signIn.mockResolvedValue(undefined);
    await expect(identify()).rejects.toMatchObject(userDeleted);
    await expect(identify()).rejects.toBeInstanceOf(TokenError);
  });

  it('is refused when the deletion takes place while the user follows its address', async () => {
    const { links, identify } = setUp({ profileMaxAgeMs: HOUR_MS });
    links.find.mockResolvedValue(linkTo(linked));
    links.follow.mockResolvedValue(linkTo(undefined, NOW));
    await expect(identify()).rejects.toMatchObject(userDeleted);
  });
});

describe('the address in the claims of a known identity', () => {
  const namespace = 'https://todo.example.com/';
  const claimsOf = (email: string, verified = true, iat = ISSUED_AT / 1_000) => ({
    iat,
    [`${namespace}email`]: email,
    [`${namespace}email_verified`]: verified,
  });
  const identifyWith = async (
    claims: AccessToken['claims'],
    user: Partial<LinkedUser> = {},
    profileMaxAgeMs = 24 * HOUR_MS,
  ) => {
    const made = setUp({ emailClaimNamespace: namespace, profileMaxAgeMs });
    made.links.find.mockResolvedValue(linkTo({ ...linked, ...user }));
    const result = await made.identify({ claims });
    expect(made.fetchProfile).not.toHaveBeenCalled();
    return { ...made, result };
  };

  it.each<[string, AccessToken['claims'], Partial<LinkedUser>]>([
    ['the same', claimsOf('A@Example.com'), {}],
    ['the same, and not verified', claimsOf('a@example.com', false), {}],
    [
      'another one of a token from before the last check',
      claimsOf('b@example.com', true, NOW / 1_000 - 3_601),
      {},
    ],
    ['another one of the time of the last check', claimsOf('b@example.com', true, NOW / 1_000 - 3_600), {}],
    ['another one that is not verified still', claimsOf('a@example.com', false), { isVerified: false }],
    ['malformed', claimsOf('nobody'), {}],
  ])('changes nothing when it is %s', async (_what, claims, user) => {
    const { links, result, log } = await identifyWith(claims, user);
    expect(result).toEqual(caller);
    expect(links.follow).not.toHaveBeenCalled();
    expect(log).toEqual([]);
  });

  it.each<[string, AccessToken['claims'], Partial<LinkedUser>, boolean]>([
    ['another one', claimsOf('B@example.com'), {}, true],
    ['another one, and not verified', claimsOf('b@example.com', false), {}, false],
    ['verified since', claimsOf('b@example.com'), { email: 'b@example.com', isVerified: false }, true],
  ])('is followed at once when it is %s', async (_what, claims, user, isVerified) => {
    const { links, result } = await identifyWith(claims, user);
    expect(links.follow).toHaveBeenCalledExactlyOnceWith(
      { issuer, subject: 'auth0|1' },
      linkTo({ ...linked, ...user }),
      { email: 'b@example.com', isVerified, seenAt: ISSUED_AT },
    );
    expect(result).toEqual({ ...caller, email: 'b@example.com' });
  });

  it.each([NOW / 1_000 + 5, NOW / 1_000 + 9_000_000, 1e300])(
    'counts as shown now when the token was issued in the future: %s',
    async (iat) => {
      const { links } = await identifyWith(claimsOf('b@example.com', true, iat));
      expect(links.follow.mock.calls[0]?.[2]).toEqual({
        email: 'b@example.com',
        isVerified: true,
        seenAt: NOW,
      });
    },
  );

  it('is confirmed when the last check is too old', async () => {
    const { links } = await identifyWith(claimsOf('a@example.com'), {}, HOUR_MS);
    expect(links.follow).toHaveBeenCalledOnce();
    expect(links.beginCheck).not.toHaveBeenCalled();
  });
});

describe('a known identity whose last check is too old, without claims', () => {
  const setUpOld = (user: Partial<LinkedUser> = {}) => {
    const made = setUp({ profileMaxAgeMs: HOUR_MS });
    made.links.find.mockResolvedValue(linkTo({ ...linked, ...user }));
    return made;
  };

  it('is asked for once, and followed', async () => {
    const { links, fetchProfile, identify, log } = setUpOld();
    fetchProfile.mockResolvedValue({ email: 'B@example.com' });
    expect(await identify()).toEqual({ ...caller, email: 'b@example.com' });
    expect(links.beginCheck).toHaveBeenCalledOnce();
    expect(links.follow).toHaveBeenCalledExactlyOnceWith(expect.anything(), expect.anything(), {
      email: 'b@example.com',
      isVerified: true,
      seenAt: NOW,
    });
    expect(log).toEqual([{ level: 'info', message: 'address changed', fields: { user_id: 'u1' } }]);
  });

  it.each<[string, Profile, string, boolean]>([
    [
      'with an unverified address',
      { refusal: 'email_unverified', unverifiedEmail: 'b@example.com' },
      'b@example.com',
      false,
    ],
    ['without an address', { refusal: 'email_missing' }, 'a@example.com', true],
    ['of an account that is blocked', { refusal: 'blocked_at_issuer' }, 'a@example.com', true],
  ])('is let in with a profile %s', async (_what, profile, email, isVerified) => {
    const { links, fetchProfile, identify } = setUpOld();
    fetchProfile.mockResolvedValue(profile);
    expect(await identify()).toMatchObject({ kind: 'user', userId: 'u1' });
    expect(links.follow).toHaveBeenCalledExactlyOnceWith(expect.anything(), expect.anything(), {
      email,
      isVerified,
      seenAt: NOW,
    });
  });

  it.each([
    ['is out of reach, or limits the rate', new AuthorizationServerError('down')],
    ['refuses the token', new NotYetAcceptableError('profile_refused')],
  ])('is let in when the issuer %s', async (_what, error) => {
    const { links, fetchProfile, sleep, identify } = setUpOld();
    fetchProfile.mockRejectedValue(error);
    expect(await identify()).toEqual(caller);
    expect(links.follow).not.toHaveBeenCalled();
    expect(sleep).not.toHaveBeenCalled();
  });

  it('is not asked for by two functions, nor twice in five minutes', async () => {
    const other = setUpOld();
    other.links.beginCheck.mockResolvedValue(false);
    expect(await other.identify()).toEqual(caller);
    expect(other.fetchProfile).not.toHaveBeenCalled();

    const soon = setUpOld({ askedAt: NOW - 299_999 });
    expect(await soon.identify()).toEqual(caller);
    expect(soon.links.beginCheck).not.toHaveBeenCalled();

    const later = setUpOld({ askedAt: NOW - 300_000 });
    await later.identify();
    expect(later.fetchProfile).toHaveBeenCalledOnce();
  });

  it('is let in with a token that opens no profile', async () => {
    const { links, fetchProfile, identify } = setUpOld();
    expect(await identify({ opensProfile: false })).toEqual(caller);
    expect(links.beginCheck).not.toHaveBeenCalled();
    expect(fetchProfile).not.toHaveBeenCalled();
  });

  it('does not hide an error of the program', async () => {
    const { fetchProfile, identify } = setUpOld();
    fetchProfile.mockRejectedValue(new RangeError('a bug'));
    await expect(identify()).rejects.toThrow('a bug');
  });
});

describe('the first sign-in of an identity', () => {
  it('links the issuer and the full subject to the user with the verified email address', async () => {
    const { links, identify, log } = setUp();
    expect(await identify()).toEqual(caller);
    expect(log).toEqual([{ level: 'info', message: 'sign-in', fields: { user_id: 'u1' } }]);
    expect(links.signIn).toHaveBeenCalledExactlyOnceWith(
      { issuer, subject: 'auth0|1' },
      { email: 'a@example.com', isVerified: true, seenAt: NOW },
      ISSUED_AT,
    );
  });

  it('at a custom domain asks there for the profile, and links the issuer of the tenant', async () => {
    const { links, fetchProfile, identify } = setUp();
    expect(await identify({ issuer: 'https://auth0.example.com/' })).toEqual(caller);
    expect(fetchProfile).toHaveBeenCalledExactlyOnceWith(
      'jwt',
      expect.objectContaining({ issuer: 'https://auth0.example.com/', subject: 'auth0|1' }),
    );
    expect(links.signIn).toHaveBeenCalledExactlyOnceWith(
      { issuer: 'https://t.auth0.com/', subject: 'auth0|1' },
      { email: 'a@example.com', isVerified: true, seenAt: NOW },
      ISSUED_AT,
    );
  });

  it.each([
    ['machine_token', { isMachine: true }, {}],
    ['profile_missing', { opensProfile: false }, {}],
    ['email_unverified', {}, { refusal: 'email_unverified' }],
    ['profile_unavailable', {}, { refusal: 'profile_unavailable' }],
  ] as const)('is refused as %s, and creates no link', async (refusal, token, profile) => {
    const { links, fetchProfile, identify } = setUp();
    fetchProfile.mockResolvedValue({ email: 'a@example.com', ...profile });
    expect(await identify(token)).toEqual({ kind: 'refused', refusal, expiresAt: 1_000 });
    expect(links.signIn).not.toHaveBeenCalled();
  });

  it('is refused as no_room_for_identity when the profile of its user has no room for it', async () => {
    const { links, log, identify } = setUp();
    links.signIn.mockRejectedValue(
      new ItemCollectionSizeLimitExceededException({ message: 'Full', $metadata: {} }),
    );
    expect(await identify()).toEqual({
      kind: 'refused',
      refusal: 'no_room_for_identity',
      expiresAt: 1_000,
    });
    expect(log).toEqual([]);
  });

  it('takes the email address from the claims of a configured namespace, without a request to the issuer', async () => {
    const { links, fetchProfile, identify } = setUp({ emailClaimNamespace: 'https://todo.example.com/' });
    const claims = {
      'https://todo.example.com/email': 'c@example.com',
      'https://todo.example.com/email_verified': true,
    };
    await identify({ claims: { ...claims, iat: ISSUED_AT / 1_000 }, opensProfile: false });
    expect(links.signIn).toHaveBeenCalledWith(
      expect.anything(),
      { email: 'c@example.com', isVerified: true, seenAt: ISSUED_AT },
      ISSUED_AT,
    );
    expect(fetchProfile).not.toHaveBeenCalled();

    const unverified = { ...claims, 'https://todo.example.com/email_verified': false };
    expect(await identify({ claims: unverified })).toMatchObject({ refusal: 'email_unverified' });
    expect(fetchProfile).not.toHaveBeenCalled();
  });

  it('asks for the profile when a claim of the namespace is missing', async () => {
    const { links, identify } = setUp({ emailClaimNamespace: 'https://todo.example.com/' });
    await identify({ claims: { 'https://todo.example.com/email': 'c@example.com' } });
    expect(links.signIn).toHaveBeenCalledWith(
      expect.anything(),
      expect.objectContaining({ email: 'a@example.com' }),
      undefined,
    );
  });

  it('is refused as profile_missing when a claim is missing and the token opens no profile', async () => {
    const { identify } = setUp({ emailClaimNamespace: 'https://todo.example.com/' });
    expect(await identify({ opensProfile: false })).toMatchObject({ refusal: 'profile_missing' });
  });

  it('ignores the email claims when no namespace is configured', async () => {
    const { links, identify } = setUp();
    await identify({
      claims: {
        undefinedemail: 'evil@example.com',
        undefinedemail_verified: true,
        email: 'evil@example.com',
      },
    });
    expect(links.signIn).toHaveBeenCalledWith(
      expect.anything(),
      expect.objectContaining({ email: 'a@example.com' }),
      undefined,
    );
  });
});

describe('a failed request for the profile', () => {
  const outage = new AuthorizationServerError('down');

  it('is repeated once, after a pause with jitter', async () => {
    const { fetchProfile, sleep, identify } = setUp();
    fetchProfile.mockRejectedValueOnce(outage);
    expect(await identify()).toEqual(caller);
    expect(sleep).toHaveBeenCalledExactlyOnceWith(300);
  });

  it('throws the error of the second attempt', async () => {
    const { fetchProfile, identify } = setUp();
    fetchProfile.mockRejectedValue(outage);
    await expect(identify()).rejects.toBe(outage);
    expect(fetchProfile).toHaveBeenCalledTimes(2);
  });

  it('is not repeated if another request has linked the identity', async () => {
    const { links, fetchProfile, identify } = setUp();
    fetchProfile.mockRejectedValue(outage);
    links.find.mockResolvedValueOnce(nobody).mockResolvedValueOnce(linkTo(linked));
    expect(await identify()).toEqual(caller);
    expect(fetchProfile).toHaveBeenCalledOnce();
  });

  it('is not repeated if the issuer refused the token', async () => {
    const { fetchProfile, sleep, identify } = setUp();
    fetchProfile.mockRejectedValue(new NotYetAcceptableError('profile_refused'));
    await expect(identify()).rejects.toBeInstanceOf(NotYetAcceptableError);
    expect(sleep).not.toHaveBeenCalled();
  });
});
