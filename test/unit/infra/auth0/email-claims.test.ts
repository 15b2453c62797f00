import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runPostLoginAction } from '../../../support/auth0/run-action.ts';
import { projectDir } from '../../../support/local-process.ts';

/** The code as the Auth0 Deploy CLI makes it: test/integration/auth0-tenant.test.ts checks this. */
const code = readFileSync(join(projectDir, 'infra/auth0/actions/email-claims.cjs'), 'utf8')
  .replace("'@@API_AUDIENCE@@'", '"https://todo.example.com"')
  .replace("'@@EMAIL_CLAIM_NAMESPACE@@'", '"https://claims.example.com/"');
const resource_server = { identifier: 'https://todo.example.com' };

describe('the Action that adds the email claims', () => {
  it.each([
    ['a verified address', { email: 'a@example.com', email_verified: true }, true],
    ['an unverified address', { email: 'a@example.com', email_verified: false }, false],
    ['an address of a connection that does not verify', { email: 'a@example.com' }, false],
    ['the text of a SAML connection', { email: 'a@example.com', email_verified: 'true' }, 'true'],
  ])('adds %s', async (_name, user, verified) => {
    expect(await runPostLoginAction(code, { user, resource_server })).toEqual({
      'https://claims.example.com/email': 'a@example.com',
      'https://claims.example.com/email_verified': verified,
    });
  });

  it.each([
    ['a user without an address', { user: {}, resource_server }],
    [
      'a token of another API',
      { user: { email: 'a@example.com' }, resource_server: { identifier: 'https://other.example.com' } },
    ],
    ['a sign-in without an API', { user: { email: 'a@example.com' } }],
  ])('adds nothing for %s', async (_name, event) => {
    expect(await runPostLoginAction(code, event)).toEqual({});
  });
});
