import { describe, expect, it } from 'vitest';
import { profileInClaims, readProfile } from '../../../../functions/authorizer/profile.ts';

const subject = 'auth0|1';
const longest = `${'a'.repeat(242)}@example.com`;

describe('the email address of a profile', () => {
  it.each([
    'a@example.com',
    'Anna.Meyer+todo@Example.COM',
    'a@b',
    'jörg@müller.example',
    "o'neil@example.com",
    '"a@b"@example.com',
    longest,
  ])('may be %s', (email) => {
    expect(readProfile({ email, email_verified: true }, subject)).toEqual({ email });
  });

  it.each<[string, unknown]>([
    ['is a text without @', 'nobody'],
    ['has no local part', '@example.com'],
    ['has no domain', 'a@'],
    ['has a space before it', ' a@example.com'],
    ['has a space after it', 'a@example.com '],
    ['has a space in it', 'a b@example.com'],
    ['has a line break after it', 'a@example.com\n'],
    ['has a no-break space in its domain', 'a@exa\u00a0mple.com'],
    ['has a NUL', 'a\0@example.com'],
    ['has an unpaired surrogate', 'a\ud800@example.com'],
    ['has an unpaired surrogate in its domain', 'a@example.com\udc00'],
    ['has 255 characters', `a${longest}`],
    ['is a number', 7],
    ['is in a list', ['a@example.com']],
  ])('is malformed when it %s', (_what, email) => {
    expect(readProfile({ email, email_verified: true }, subject)).toEqual({ refusal: 'email_malformed' });
  });

  it.each([undefined, null, ''])('is missing when it is %j', (email) => {
    expect(readProfile({ email, email_verified: true }, subject)).toEqual({ refusal: 'email_missing' });
  });
});

describe('the claim email_verified', () => {
  const email = 'a@example.com';

  it.each([true, 'true'])('may be %j', (email_verified) => {
    expect(readProfile({ email, email_verified }, subject)).toEqual({ email });
  });

  it.each([false, undefined, null, 1, 'false', 'True', 'TRUE', 'yes', '1', '', 'a@example.com', [true], {}])(
    'proves nothing when it is %j',
    (email_verified) => {
      expect(readProfile({ email, email_verified }, subject)).toEqual({
        refusal: 'email_unverified',
        unverifiedEmail: email,
      });
    },
  );

  it.each(['samlp|acme|1', 'waad|1', 'adfs|acme|1', 'oidc|acme|1', 'facebook|1', 'AUTH0|1'])(
    'is the matter of the connection for the subject %s',
    (connectionSubject) => {
      const unverified = { refusal: 'connection_unverified', unverifiedEmail: email };
      expect(readProfile({ email, email_verified: false }, connectionSubject)).toEqual(unverified);
      expect(readProfile({ email }, connectionSubject)).toEqual(unverified);
    },
  );
});

describe('the profile in the claims of a token', () => {
  const namespace = 'https://todo.example.com/';
  const read = (claims: Readonly<Record<string, unknown>>) => profileInClaims({ claims, subject }, namespace);

  it.each([true, 'true'])('is complete with an address that is verified: %j', (verified) => {
    expect(
      read({
        'https://todo.example.com/email': 'a@example.com',
        'https://todo.example.com/email_verified': verified,
      }),
    ).toEqual({ email: 'a@example.com' });
  });

  it.each([
    ['email_unverified', 'a@example.com', false],
    ['email_unverified', 'a@example.com', 'yes'],
    ['email_malformed', 'nobody', true],
    ['email_malformed', 7, true],
    ['email_missing', null, true],
  ])('is a refusal as %s for %j and %j', (refusal, email, verified) => {
    expect(
      read({ 'https://todo.example.com/email': email, 'https://todo.example.com/email_verified': verified }),
    ).toMatchObject({ refusal });
  });

  it.each([
    [{}],
    [{ email: 'a@example.com', email_verified: true }],
    [{ 'https://todo.example.com/email': 'a@example.com' }],
    [{ 'https://todo.example.com/email_verified': true }],
    [{ 'https://todo.example.comemail': 'a@example.com', 'https://todo.example.comemail_verified': true }],
  ])('is incomplete in %j', (claims) => {
    expect(read(claims)).toBeUndefined();
  });

  it('is never read without a namespace', () => {
    const claims = { undefinedemail: 'a@example.com', undefinedemail_verified: true };
    expect(profileInClaims({ claims, subject }, undefined)).toBeUndefined();
  });
});
