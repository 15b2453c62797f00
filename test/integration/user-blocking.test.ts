import { randomUUID } from 'node:crypto';
import { ItemCollectionSizeLimitExceededException } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ulid } from '../../functions/dynamodb/ulid.ts';
import { toAddress } from '../../functions/users/address.ts';
import { createBlocking } from '../../functions/users/blocking.ts';
import { deleteUser } from '../../functions/users/deletion-request.ts';
import { createDeletionSteps } from '../../functions/users/deletion-steps.ts';
import { createLinkStore } from '../../functions/users/links.ts';
import { createUserStore } from '../../functions/users/store.ts';
import { type Identity, UserNotFound } from '../../functions/users/user.ts';
import { around, engines, startTable, type TestTable } from '../support/engines.ts';
import { interleave } from '../support/interleave.ts';

const issuer = 'https://tenant.eu.auth0.com/';

let table: TestTable;

function act(client: DynamoDBDocumentClient) {
  const dependencies = { client, tableName: table.tableName, now: Date.now, newId: ulid };
  const links = createLinkStore(dependencies, 'verified-email');
  const users = createUserStore(dependencies);
  const steps = createDeletionSteps(dependencies);
  return {
    ...createBlocking(dependencies),
    find: async (identity: Identity) => (await links.find(identity)).user,
    signIn: async (identity: Identity, email: string) =>
      (await links.find(identity)).user ??
      (await links.signIn(identity, toAddress(email, true, Date.now()), Date.now() + 1)),
    delete: (userId: string) => deleteUser({ users, steps }, userId, () => undefined),
  };
}

function newPerson() {
  const name = randomUUID();
  return {
    first: { issuer, subject: `auth0|${name}` },
    second: { issuer, subject: `google-oauth2|${name}` },
    email: `${name}@example.com`,
  };
}

async function signedIn() {
  const person = newPerson();
  const user = await act(table.client).signIn(person.first, person.email);
  return { ...person, userId: user?.userId ?? '' };
}

describe.each(engines)('blocking a user, on $name', (engine) => {
  beforeAll(async () => {
    table = await startTable(engine);
  });
  afterAll(() => table.close());

  describe('a blocked user', () => {
    it('is blocked at each of its identities', async () => {
      const { first, second, email, userId } = await signedIn();
      const all = act(table.client);
      await all.signIn(second, email);
      await all.block(userId);
      expect(await all.find(first)).toMatchObject({ userId, isBlocked: true });
      expect(await all.find(second)).toMatchObject({ userId, isBlocked: true });
    });

    it('cannot come in with a new identity of the same address', async () => {
      const { second, email, userId } = await signedIn();
      const all = act(table.client);
      await all.block(userId);
      expect(await all.signIn(second, email)).toMatchObject({ userId, isBlocked: true });
      expect(await all.find(second)).toBeUndefined();
    });

    it('stays blocked when it is blocked again, since the first time', async () => {
      const { userId } = await signedIn();
      const all = act(table.client);
      const { blockedAt } = await all.block(userId);
      expect((await all.block(userId)).blockedAt).toBe(blockedAt);
    });

    it('does not block anybody else', async () => {
      const [{ userId }, other] = [await signedIn(), await signedIn()];
      const all = act(table.client);
      await all.block(userId);
      expect(await all.find(other.first)).toMatchObject({ isBlocked: false });
    });

    it('is let in again, with all its identities and with new ones', async () => {
      const { first, second, email, userId } = await signedIn();
      const all = act(table.client);
      await all.block(userId);
      expect((await all.unblock(userId)).blockedAt).toBeUndefined();
      expect(await all.find(first)).toMatchObject({ userId, isBlocked: false });
      expect(await all.signIn(second, email)).toMatchObject({ userId, isBlocked: false });
    });

    it('can be deleted. The person then gets a new user, who is not blocked', async () => {
      const { first, email, userId } = await signedIn();
      const all = act(table.client);
      await all.block(userId);
      expect(await all.delete(userId)).toBe(true);
      const next = await all.signIn(first, email);
      expect(next).toMatchObject({ isBlocked: false });
      expect(next?.userId).not.toBe(userId);
    });

    it('is blocked at every identity, in whatever order a sign-in and the block run', async () => {
      // The block sends two commands: after this many commands of the sign-in.
      for (let first = 0; first <= 5; first++) {
        for (let second = first; second <= 5; second++) {
          const person = await signedIn();
          const order = [...'s'.repeat(first), 'b', ...'s'.repeat(second - first), 'b', ...'ssssssss'];
          const ends = await interleave(
            table.client,
            [
              { act: (client) => act(client).signIn(person.second, person.email) },
              { act: (client) => act(client).block(person.userId) },
            ],
            (count) => (order.shift() === 'b' ? count - 1 : 0),
          );
          for (const end of ends) if (end.status === 'rejected') throw end.reason;
          const found = await act(table.client).signIn(person.second, person.email);
          expect(found).toMatchObject({ userId: person.userId, isBlocked: true });
        }
      }
    });
  });

  describe('a user whose data have reached 10 GB', () => {
    /** Refuses every update in the partition of the user. */
    const fullOf = (userId: string) =>
      around(table.client, async ({ name, input }, send) => {
        const { Key } = input as { Key?: { pk: string } };
        if (name !== 'Update' || Key?.pk !== `USER#${userId}`) return send();
        throw new ItemCollectionSizeLimitExceededException({ message: 'Full', $metadata: {} });
      });

    it('gets no further identity, and nothing is written, until there is room', async () => {
      const { second, email, userId } = await signedIn();
      const before = await table.items();
      await expect(act(fullOf(userId)).signIn(second, email)).rejects.toThrow('Full');
      expect(await table.items()).toEqual(before);
      expect(await act(table.client).signIn(second, email)).toMatchObject({ userId, isBlocked: false });
    });

    it('is blocked at each of its identities, and let in again', async () => {
      const { first, second, email, userId } = await signedIn();
      await act(table.client).signIn(second, email);
      const full = act(fullOf(userId));
      await full.block(userId);
      expect(await full.find(first)).toMatchObject({ userId, isBlocked: true });
      expect(await full.find(second)).toMatchObject({ userId, isBlocked: true });
      await full.unblock(userId);
      expect(await full.find(first)).toMatchObject({ userId, isBlocked: false });
      expect(await full.find(second)).toMatchObject({ userId, isBlocked: false });
    });

    it('cannot come in with a new identity of the same address, when there is room again', async () => {
      const { second, email, userId } = await signedIn();
      await act(fullOf(userId)).block(userId);
      const all = act(table.client);
      expect(await all.signIn(second, email)).toMatchObject({ userId, isBlocked: true });
      expect(await all.find(second)).toBeUndefined();
      await all.unblock(userId);
      expect(await all.signIn(second, email)).toMatchObject({ userId, isBlocked: false });
    });

    it('cannot be blocked after a deletion', async () => {
      const { userId } = await signedIn();
      await act(table.client).delete(userId);
      await expect(act(fullOf(userId)).block(userId)).rejects.toThrow(UserNotFound);
    });
  });

  describe('a user who does not exist', () => {
    it.each(['block', 'unblock'] as const)('cannot be %sed, and nothing is written', async (action) => {
      const before = await table.items();
      await expect(act(table.client)[action](ulid(Date.now()))).rejects.toThrow(UserNotFound);
      expect(await table.items()).toEqual(before);
    });

    it('cannot be blocked after a deletion', async () => {
      const { userId } = await signedIn();
      await act(table.client).delete(userId);
      await expect(act(table.client).block(userId)).rejects.toThrow(UserNotFound);
    });
  });
});
