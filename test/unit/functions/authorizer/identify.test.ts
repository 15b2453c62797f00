import { describe, expect, it, vi } from 'vitest';
import { AuthorizationServerError, NotYetAcceptableError } from '../../../../functions/authorizer/errors.ts';
import { createIdentifier, type IdentifierDependencies } from '../../../../functions/authorizer/identify.ts';
import type { Profile } from '../../../../functions/authorizer/profile.ts';
import type { AccessToken } from '../../../../functions/authorizer/verify-token.ts';
import { createLogRecorder } from '../../../support/log.ts';

const issuer = 'https://t.auth0.com/';
const accessToken: AccessToken = {
  issuer,
  subject: 'auth0|1',
  opensProfile: true,
  expiresAt: 1_000,
  scopes: ['read:todos'],
  isMachine: false,
  claims: {},
};
const linked = { userId: 'u1', email: 'a@example.com' };
const caller = { kind: 'user', ...linked, subject: 'auth0|1', scopes: ['read:todos'], expiresAt: 1_000 };

function setUp(changes: Partial<IdentifierDependencies> = {}) {
  const users = {
    findLink: vi.fn(async () => undefined as typeof linked | undefined),
    linkIdentity: vi.fn(async () => linked),
  };
  const fetchProfile = vi.fn(async (): Promise<Profile> => ({ email: 'a@example.com' }));
  const sleep = vi.fn(async () => {});
  const log = createLogRecorder();
  const identify = createIdentifier({
    tenantIssuer: issuer,
    users,
    fetchProfile,
    emailClaimNamespace: undefined,
    log,
    sleep,
    random: () => 0.5,
    ...changes,
  });
  return {
    users,
    fetchProfile,
    sleep,
    log: log.entries,
    identify: (token: Partial<AccessToken> = {}) => identify({ ...accessToken, ...token }, 'jwt'),
  };
}

describe('a linked identity', () => {
  it('gives its user, without a request to the issuer', async () => {
    const { users, fetchProfile, identify, log } = setUp();
    users.findLink.mockResolvedValue(linked);
    expect(await identify()).toEqual(caller);
    expect(fetchProfile).not.toHaveBeenCalled();
    expect(log).toEqual([]);
    expect(users.linkIdentity).not.toHaveBeenCalled();
  });
});

describe('the first sign-in of an identity', () => {
  it('links the issuer and the full subject to the user with the verified email address', async () => {
    const { users, identify, log } = setUp();
    expect(await identify()).toEqual(caller);
    expect(log).toMatchObject([
      { message: 'sign-in', fields: { user_id: 'u1' }, measurements: { SignIns: 1 } },
    ]);
    expect(users.linkIdentity).toHaveBeenCalledExactlyOnceWith(
      { issuer, subject: 'auth0|1' },
      'a@example.com',
    );
  });

  it('at a custom domain asks there for the profile, and links the issuer of the tenant', async () => {
    const { users, fetchProfile, identify } = setUp();
    expect(await identify({ issuer: 'https://auth0.example.com/' })).toEqual(caller);
    expect(fetchProfile).toHaveBeenCalledExactlyOnceWith(
      'jwt',
      expect.objectContaining({ issuer: 'https://auth0.example.com/', subject: 'auth0|1' }),
    );
    expect(users.linkIdentity).toHaveBeenCalledExactlyOnceWith(
      { issuer: 'https://t.auth0.com/', subject: 'auth0|1' },
      'a@example.com',
    );
  });

  it.each([
    ['machine_token', { isMachine: true }, {}],
    ['profile_missing', { opensProfile: false }, {}],
    ['email_unverified', {}, { refusal: 'email_unverified' }],
    ['profile_unavailable', {}, { refusal: 'profile_unavailable' }],
  ] as const)('is refused as %s, and creates no link', async (refusal, token, profile) => {
    const { users, fetchProfile, identify } = setUp();
    fetchProfile.mockResolvedValue({ email: 'a@example.com', ...profile });
    expect(await identify(token)).toEqual({ kind: 'refused', refusal, expiresAt: 1_000 });
    expect(users.linkIdentity).not.toHaveBeenCalled();
  });

  it('takes the email address from the claims of a configured namespace, without a request to the issuer', async () => {
    const { users, fetchProfile, identify } = setUp({ emailClaimNamespace: 'https://todo.example.com/' });
    const claims = {
      'https://todo.example.com/email': 'c@example.com',
      'https://todo.example.com/email_verified': true,
    };
    await identify({ claims, opensProfile: false });
    expect(users.linkIdentity).toHaveBeenCalledWith(expect.anything(), 'c@example.com');
    expect(fetchProfile).not.toHaveBeenCalled();

    const unverified = { ...claims, 'https://todo.example.com/email_verified': false };
    expect(await identify({ claims: unverified })).toMatchObject({ refusal: 'email_unverified' });
    expect(fetchProfile).not.toHaveBeenCalled();
  });

  it('asks for the profile when a claim of the namespace is missing', async () => {
    const { users, identify } = setUp({ emailClaimNamespace: 'https://todo.example.com/' });
    await identify({ claims: { 'https://todo.example.com/email': 'c@example.com' } });
    expect(users.linkIdentity).toHaveBeenCalledWith(expect.anything(), 'a@example.com');
  });

  it('is refused as profile_missing when a claim is missing and the token opens no profile', async () => {
    const { identify } = setUp({ emailClaimNamespace: 'https://todo.example.com/' });
    expect(await identify({ opensProfile: false })).toMatchObject({ refusal: 'profile_missing' });
  });

  it('ignores the email claims when no namespace is configured', async () => {
    const { users, identify } = setUp();
    await identify({
      claims: {
        undefinedemail: 'evil@example.com',
        undefinedemail_verified: true,
        email: 'evil@example.com',
      },
    });
    expect(users.linkIdentity).toHaveBeenCalledWith(expect.anything(), 'a@example.com');
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
    const { users, fetchProfile, identify } = setUp();
    fetchProfile.mockRejectedValue(outage);
    users.findLink.mockResolvedValueOnce(undefined).mockResolvedValueOnce(linked);
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
