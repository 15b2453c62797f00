import { randomUUID } from 'node:crypto';
import { beforeEach, inject } from 'vitest';
import type { Capability } from './capabilities.ts';
import { type Client, createClient } from './client.ts';
import { connectControl } from './control.ts';

export const target = inject('target');
export const { apiUrl, issuer } = target;
export const control = connectControl(issuer?.controlUrl ?? '');

let users = 0;

/**
 * Skips the tests of the surrounding describe block when the target lacks a feature that they need. The report gives
 * the reason.
 */
export function requires(...needs: readonly Capability[]): void {
  beforeEach(({ skip }) => {
    for (const need of needs) {
      skip(target.lacks[need] !== undefined, `needs ${need}; ${target.name}: ${target.lacks[need]}`);
    }
  });
}

/**
 * The document does not describe the own responses of a gateway that ignores the template's, or a denial in which the
 * gateway leaves the variables as they are.
 */
const isOurs = ({ headers, status }: Response) =>
  (target.lacks['gateway responses'] === undefined || headers.has('x-request-id')) &&
  (target.lacks['denial reasons'] === undefined || status !== 401);

/** A client without a token. */
export const anonymous: Client = withToken();

/** A client with any token. In URLs of the API's responses, it replaces `toldUrl` with `apiUrl`. */
export function withToken(token?: string): Client {
  const client = createClient(apiUrl, token, isOurs);
  return (method, path, options) => client(method, path.replace(target.toldUrl, apiUrl), options);
}

/**
 * A client of a user without todos. It is a new user when tests can control the issuer. Otherwise it is one of the two
 * users in API_TOKENS, in turn, and their todos are deleted first.
 */
export async function newUser(): Promise<Client> {
  if (issuer) return withToken((await newIdentity()).token);

  const client = withToken(target.tokens[users++ % target.tokens.length]);
  await client('DELETE', '/todo');
  return client;
}

/**
 * The claims of a token that is issued after everything that happened so far. A token of the second in which its user
 * was deleted counts as one from before the deletion.
 */
export function laterClaims(): { iat: number; jti: string } {
  return { iat: Math.floor(Date.now() / 1_000) + 1, jti: randomUUID() };
}

/** Creates an identity at the issuer, and a token for it. */
export async function newIdentity(
  user: Partial<Parameters<typeof control.addUser>[0]> = {},
): Promise<{ subject: string; email: string; token: string }> {
  const { subject, email } = await control.addUser({ email: `${randomUUID()}@example.com`, ...user });
  return { subject, email, token: await control.mintToken({ subject }) };
}
