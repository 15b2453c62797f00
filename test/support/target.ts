import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { type Client, createClient } from './client.ts';
import { connectControl } from './control.ts';

export const apiUrl = inject('apiUrl');

/** The local issuer; undefined when the target is a deployed stage. */
export const issuer = inject('issuer');
export const control = connectControl(issuer?.controlUrl ?? '');

const tokens = inject('tokens');
let users = 0;

/** Calls as nobody. */
export const anonymous: Client = createClient(apiUrl);

/** A client with any token. */
export const withToken = (token: string): Client => createClient(apiUrl, token);

/**
 * A client of a user without todos: a new user of the local issuer, or in turn one of the two users of a deployed
 * stage, after their todos were deleted.
 */
export async function newUser(): Promise<Client> {
  if (issuer) return withToken((await newIdentity()).token);

  const token = tokens[users++ % tokens.length];
  if (!token) throw new Error('API_TOKENS must hold the access tokens of two users, separated by a comma');
  const client = withToken(token);
  await client('DELETE', '/todo');
  return client;
}

/** A new identity at the local issuer, and a token of it. */
export async function newIdentity(
  user: Partial<Parameters<typeof control.addUser>[0]> = {},
): Promise<{ subject: string; email: string; token: string }> {
  const { subject, email } = await control.addUser({ email: `${randomUUID()}@example.com`, ...user });
  return { subject, email, token: await control.mintToken({ subject }) };
}
