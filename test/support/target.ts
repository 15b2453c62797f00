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
 * Leaves out the tests of the describe block that it stands in where the target lacks what they need; the report
 * names each with the reason.
 */
export function requires(...needs: readonly Capability[]): void {
  beforeEach(({ skip }) => {
    for (const need of needs) {
      skip(target.lacks[need] !== undefined, `needs ${need}; ${target.name}: ${target.lacks[need]}`);
    }
  });
}

/** A gateway that has answers of its own is not held to the document by them. */
const isOurs = ({ headers }: Response) =>
  target.lacks['gateway responses'] === undefined || headers.has('x-request-id');

/** Calls as nobody. */
export const anonymous: Client = withToken();

/** A client with any token. It follows the addresses that the API tells, whatever the API takes for its own. */
export function withToken(token?: string): Client {
  const client = createClient(apiUrl, token, isOurs);
  return (method, path, options) => client(method, path.replace(target.toldUrl, apiUrl), options);
}

/**
 * A client of a user without todos: a new user of an obedient issuer, or in turn one of the two users whose tokens
 * were given, after their todos were deleted.
 */
export async function newUser(): Promise<Client> {
  if (issuer) return withToken((await newIdentity()).token);

  const client = withToken(target.tokens[users++ % target.tokens.length]);
  await client('DELETE', '/todo');
  return client;
}

/** A new identity at the obedient issuer, and a token of it. */
export async function newIdentity(
  user: Partial<Parameters<typeof control.addUser>[0]> = {},
): Promise<{ subject: string; email: string; token: string }> {
  const { subject, email } = await control.addUser({ email: `${randomUUID()}@example.com`, ...user });
  return { subject, email, token: await control.mintToken({ subject }) };
}
