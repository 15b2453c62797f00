import { randomUUID } from 'node:crypto';
import { ItemCollectionSizeLimitExceededException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ulid } from '../../functions/dynamodb/ulid.ts';
import { createSweep } from '../../functions/sweep/sweep.ts';
import { hasAddress, toAddress } from '../../functions/users/address.ts';
import { deleteUser } from '../../functions/users/deletion-request.ts';
import { createDeletionSteps } from '../../functions/users/deletion-steps.ts';
import { toUser } from '../../functions/users/item.ts';
import type { AccountLinking } from '../../functions/users/linking.ts';
import { createLinkStore, isIssuedBeforeDeletion } from '../../functions/users/links.ts';
import { createUserStore } from '../../functions/users/store.ts';
import { type Identity, UserNotFound, UserVersionConflict } from '../../functions/users/user.ts';
import { type Clock, createClock } from '../support/clock.ts';
import { around, engines, startTable, type TestTable } from '../support/engines.ts';
import { type Actor, Crash, interleave } from '../support/interleave.ts';
import { createLogRecorder } from '../support/log.ts';

const issuer = 'https://tenant.eu.auth0.com/';
const GRACE_MS = 400_000;
const HOUR_MS = 3_600_000;

let clock: Clock;
let table: TestTable;

/** What functions do about users, all with one client. */
function act(client: DynamoDBDocumentClient, linking: AccountLinking = 'verified-email') {
  const dependencies = { client, tableName: table.tableName, now: clock.now, newId: ulid };
  const users = createUserStore(dependencies);
  const links = createLinkStore(dependencies, linking);
  const steps = createDeletionSteps(dependencies);
  return {
    users,
    links,
    /**
     * What the authorizer does with a token whose claims show an address.
     * @returns the id of the user; undefined when the token is refused
     */
    useToken: async (
      identity: Identity,
      email: string,
      { isVerified = true, issuedAt = clock.now() } = {},
    ) => {
      const shown = toAddress(email, isVerified, issuedAt);
      let link = await links.find(identity);
      if (isIssuedBeforeDeletion(link, issuedAt)) return undefined;
      if (link.user && issuedAt > link.user.checkedAt) link = await links.follow(identity, link, shown);
      if (isIssuedBeforeDeletion(link, issuedAt)) return undefined;
      if (link.user) return link.user.userId;
      return isVerified ? (await links.signIn(identity, shown, issuedAt))?.userId : undefined;
    },
    delete: (userId: string) => deleteUser({ users, steps }, userId, () => undefined),
    sweep: () =>
      createSweep({ users, steps, graceMs: GRACE_MS, now: clock.now, log: createLogRecorder() })(() => true),
  };
}

const identityOf = (by = 'auth0'): Identity => ({ issuer, subject: `${by}|${randomUUID()}` });
const newEmail = (name: string) => `${name}-${randomUUID()}@example.com`;

describe.each(engines)('the address of a user, on $name', (engine) => {
  describe.runIf(engine.isInstalled)(engine.isInstalled ? 'works' : 'is skipped: it is not installed', () => {
    let all: ReturnType<typeof act>;

    beforeAll(async () => {
      table = await startTable(engine);
      clock = createClock();
      all = act(table.client);
    });
    afterAll(() => table.close());
    beforeEach(() => clock.advance(1_000));

    /** A token of a later second. */
    const useToken = async (identity: Identity, email: string, options: { isVerified?: boolean } = {}) => {
      clock.advance(1_000);
      return String(await all.useToken(identity, email, options));
    };
    const ownerOf = async (email: string) =>
      (await table.items()).find(({ pk }) => pk === `EMAIL#${email}`)?.userId;
    const shown = async (userId: string) => (await all.users.get(userId)).email;

    it('follows the identity, and the old one leads its next owner to a new user', async () => {
      const [ann, colleague, other] = [identityOf(), identityOf(), identityOf('google-oauth2')];
      const [old, next] = [newEmail('old'), newEmail('next')];
      const userId = await useToken(ann, old);
      expect(await useToken(ann, next)).toBe(userId);
      expect(await shown(userId)).toBe(next);
      expect([await ownerOf(old), await ownerOf(next)]).toEqual([undefined, userId]);

      const colleagueId = await useToken(colleague, old);
      expect(colleagueId).not.toBe(userId);
      expect(await useToken(other, next)).toBe(userId);
      expect((await all.users.get(userId)).identities).toMatchObject([ann, other]);
      expect((await all.users.get(colleagueId)).identities).toMatchObject([colleague]);
    });

    it('stays while another identity of the user has it, also when both change at once', async () => {
      const [first, second] = [identityOf(), identityOf('google-oauth2')];
      const [old, next] = [newEmail('old'), newEmail('next')];
      const userId = await useToken(first, old);
      expect(await useToken(second, old)).toBe(userId);
      expect(await useToken(first, next)).toBe(userId);
      expect([await ownerOf(old), await ownerOf(next), await shown(userId)]).toEqual([userId, userId, old]);

      const last = newEmail('last');
      clock.advance(1_000);
      const changes = [first, second].map((identity) => ({
        act: (client: DynamoDBDocumentClient) => act(client).useToken(identity, last),
      }));
      let turn = 0;
      await interleave(table.client, changes, (count) => turn++ % count);
      expect([await ownerOf(old), await ownerOf(next)]).toEqual([undefined, undefined]);
      expect([await ownerOf(last), await shown(userId)]).toEqual([userId, last]);
    });

    it('stays with its owner when it becomes the address of another user, until the owner gives it up', async () => {
      const [ann, bob, newcomer] = [identityOf(), identityOf(), identityOf('google-oauth2')];
      const [annsEmail, bobsEmail] = [newEmail('ann'), newEmail('bob')];
      const [annId, bobId] = [await useToken(ann, annsEmail), await useToken(bob, bobsEmail)];
      expect(await useToken(ann, bobsEmail)).toBe(annId);
      expect(await shown(annId)).toBe(bobsEmail);
      expect([await ownerOf(annsEmail), await ownerOf(bobsEmail)]).toEqual([undefined, bobId]);
      expect(await useToken(newcomer, bobsEmail)).toBe(bobId);

      await useToken(bob, newEmail('bobs next'));
      await useToken(newcomer, newEmail('newcomers next'));
      expect(await ownerOf(bobsEmail)).toBeUndefined();
      expect(await useToken(ann, bobsEmail)).toBe(annId);
      expect(await ownerOf(bobsEmail)).toBe(annId);
    });

    it('is given up for one that is not verified, which nobody owns until it is', async () => {
      const [ann, attacker] = [identityOf(), identityOf()];
      const [old, next] = [newEmail('old'), newEmail('next')];
      const userId = await useToken(ann, old);
      expect(await useToken(ann, next, { isVerified: false })).toBe(userId);
      expect([await ownerOf(old), await ownerOf(next), await shown(userId)]).toEqual([
        undefined,
        undefined,
        next,
      ]);
      const otherId = await useToken(attacker, next);
      expect(otherId).not.toBe(userId);
      expect(await useToken(ann, next)).toBe(userId);
      expect(await ownerOf(next)).toBe(otherId);
    });

    it('does not alternate between two tokens, whatever their order', async () => {
      const identity = identityOf();
      const [old, next] = [newEmail('old'), newEmail('next')];
      const first = clock.now();
      const second = first + 1_000;
      clock.advance(5_000);
      const userId = await all.useToken(identity, old, { issuedAt: first });
      for (const [email, issuedAt] of [
        [next, second],
        [old, first],
        [next, second],
      ] as const) {
        expect(await all.useToken(identity, email, { issuedAt })).toBe(userId);
      }
      expect([await shown(String(userId)), await ownerOf(old), await ownerOf(next)]).toEqual([
        next,
        undefined,
        userId,
      ]);
    });

    it('is changed as a whole after a crash before or after any command', async () => {
      const commands = 7;
      for (let atCommand = 1; atCommand <= commands; atCommand++) {
        for (const isSent of [false, true]) {
          const identity = identityOf();
          const [old, next] = [newEmail('old'), newEmail('next')];
          const userId = await useToken(identity, old);
          clock.advance(1_000);
          const changing: Actor = {
            act: (client) => act(client).useToken(identity, next),
            crash: { atCommand, isSent },
          };
          const [end] = await interleave(table.client, [changing], () => 0);
          expect(end).toMatchObject({ status: 'rejected', reason: expect.any(Crash) });

          // A colleague with the old address never becomes this user once the change is in the profile.
          const isChanged = hasAddress(await all.users.get(userId), next);
          if (isChanged) expect(await useToken(identityOf(), old)).not.toBe(userId);
          expect(await useToken(identity, next)).toBe(userId);
          expect([await shown(userId), await ownerOf(next)]).toEqual([next, userId]);
          expect(await ownerOf(old)).not.toBe(userId);
        }
      }
      const identity = identityOf();
      await useToken(identity, newEmail('old'));
      clock.advance(1_000);
      let count = 0;
      const counting = around(table.client, (_command, send) => {
        count += 1;
        return send();
      });
      await act(counting).useToken(identity, newEmail('next'));
      expect(count).toBe(commands);
    });

    it('stays as it is while the partition of the user is full, and the user is let in', async () => {
      const identity = identityOf();
      const [old, next] = [newEmail('old'), newEmail('a-longer-one')];
      const userId = await useToken(identity, old);
      const full = around(table.client, async ({ name, input }, send) => {
        const { Key } = input as { Key?: { pk: string } };
        if (name !== 'Update' || Key?.pk !== `USER#${userId}`) return send();
        throw new ItemCollectionSizeLimitExceededException({ message: 'Full', $metadata: {} });
      });

      clock.advance(1_000);
      expect(await act(full).useToken(identity, next)).toBe(userId);
      expect((await all.links.find(identity)).user).toMatchObject({ userId, email: old });
      expect([await ownerOf(old), await ownerOf(next), await shown(userId)]).toEqual([
        userId,
        undefined,
        old,
      ]);

      expect(await useToken(identity, next)).toBe(userId);
      expect([await ownerOf(old), await ownerOf(next), await shown(userId)]).toEqual([
        undefined,
        userId,
        next,
      ]);
    });

    it('leaves nothing behind when the user is deleted, though it changed before', async () => {
      const identity = identityOf();
      const [old, next] = [newEmail('old'), newEmail('next')];
      const userId = await useToken(identity, old);
      await useToken(identity, next);
      await all.delete(userId);
      for (let i = 0; i < 2; i++) {
        clock.advance(GRACE_MS + 1);
        await all.sweep();
      }
      const text = JSON.stringify(await table.items());
      for (const trace of [userId, old, next]) expect(text).not.toContain(trace);
    });

    it('is asked for by one of many functions in five minutes', async () => {
      const identity = identityOf();
      await useToken(identity, newEmail('ann'));
      const begin = async () => {
        const { user } = await all.links.find(identity);
        return user ? all.links.beginCheck(identity, user) : false;
      };
      const begun = async () => (await Promise.all(Array.from({ length: 20 }, begin))).filter(Boolean).length;
      expect(await begun()).toBe(1);
      clock.advance(299_999);
      expect(await begun()).toBe(0);
      clock.advance(1);
      expect(await begun()).toBe(1);
    });

    it('of an item from before there were checks is followed', async () => {
      const identity = identityOf();
      const [old, next] = [newEmail('old'), newEmail('next')];
      const userId = ulid(clock.now());
      const { client, tableName: TableName } = table;
      const text = `${issuer} ${identity.subject}`;
      for (const Item of [
        { pk: `EMAIL#${old}`, sk: 'EMAIL', userId },
        { pk: `USER#${userId}`, sk: 'PROFILE', email: old, createdAt: 1, identities: new Set([text]) },
        { pk: `LINK#${issuer}#${identity.subject}`, sk: 'LINK', userId, email: old },
      ]) {
        await client.send(new PutCommand({ TableName, Item }));
      }
      expect(await useToken(identityOf('google-oauth2'), old)).toBe(userId);
      expect(await useToken(identity, next)).toBe(userId);
      expect([await ownerOf(old), await ownerOf(next)]).toEqual([userId, userId]);
    });

    describe('without account linking', () => {
      let alone: ReturnType<typeof act>;
      beforeAll(() => {
        alone = act(table.client, 'none');
      });

      it('each identity is a user of its own, and nobody owns an address', async () => {
        const [first, second] = [identityOf(), identityOf('google-oauth2')];
        const [email, next] = [newEmail('ann'), newEmail('next')];
        const [one, other] = [await alone.useToken(first, email), await alone.useToken(second, email)];
        expect(one).not.toBe(other);
        clock.advance(1_000);
        expect(await alone.useToken(first, next)).toBe(one);
        expect([await shown(String(one)), await shown(String(other))]).toEqual([next, email]);
        expect([await ownerOf(email), await ownerOf(next)]).toEqual([undefined, undefined]);
      });

      it('an identity is one user for forty simultaneous first requests', async () => {
        const identity = identityOf();
        const email = newEmail('forty');
        const ids = await Promise.all(Array.from({ length: 40 }, () => alone.useToken(identity, email)));
        expect(new Set(ids).size).toBe(1);
        const items = (await table.items()).filter((item) => JSON.stringify(item).includes(email));
        expect(items.map(({ sk }) => sk)).toEqual(['LINK', 'PROFILE']);
      });

      it('a sign-in that crashed before or after any command is continued', async () => {
        for (let atCommand = 1; atCommand <= 4; atCommand++) {
          for (const isSent of [false, true]) {
            const identity = identityOf();
            const email = newEmail('crash');
            const signingIn: Actor = {
              act: (client) => act(client, 'none').useToken(identity, email),
              crash: { atCommand, isSent },
            };
            const [end] = await interleave(table.client, [signingIn], () => 0);
            expect(end).toMatchObject({ status: 'rejected', reason: expect.any(Crash) });
            clock.advance(1_000);
            const userId = await alone.useToken(identity, email);
            const items = (await table.items()).filter((item) => JSON.stringify(item).includes(email));
            expect(items.map(({ pk }) => pk)).toContain(`USER#${userId}`);
            expect(items).toHaveLength(2);
          }
        }
      });

      it('a deleted user stays deleted, and the identity gets a new one', async () => {
        const identity = identityOf();
        const issuedAt = clock.now();
        const userId = await alone.useToken(identity, newEmail('ann'), { issuedAt });
        await alone.delete(String(userId));
        expect(await alone.useToken(identity, newEmail('ann'), { issuedAt })).toBeUndefined();
        clock.advance(1_000);
        const again = await alone.useToken(identity, newEmail('ann'));
        expect(again).not.toBe(userId);
        expect(await alone.useToken(identity, newEmail('ann'))).toBe(again);
      });

      it('can be turned on and off: no user is merged, split or lost', async () => {
        const [first, second, third, fourth] = [1, 2, 3, 4].map(() => identityOf()) as [
          Identity,
          Identity,
          Identity,
          Identity,
        ];
        const email = newEmail('ann');
        const linked = await useToken(first, email);
        expect(await useToken(second, email)).toBe(linked);
        const own = await alone.useToken(third, email);
        expect(own).not.toBe(linked);
        clock.advance(1_000);
        expect(await alone.useToken(second, email)).toBe(linked);
        expect(await useToken(third, email)).toBe(own);
        expect(await useToken(fourth, email)).toBe(linked);
      });
    });

    it('stays right with simultaneous changes, sign-ins, deletions, sweeps and crashes', {
      tags: 'random',
    }, async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(anyAction, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 }),
          fc.infiniteStream(fc.nat()),
          async (rounds, choices) => {
            const person = randomUUID();
            const identities = ['auth0', 'google-oauth2', 'samlp'].map((by) => ({
              issuer,
              subject: `${by}|${person}`,
            }));
            const emails = ['a', 'b', 'c'].map((name) => `${name}-${person}@example.com`);
            const deleted = new Set<string>();
            for (const round of rounds) {
              clock.advance(1_000);
              const issuedAt = clock.now();
              const actors = round.map(
                ({ crash, ...action }): Actor => ({
                  crash,
                  act: async (client) => {
                    const me = act(client);
                    if (action.kind === 'sweep') return me.sweep();
                    const identity = identities[action.identity] as Identity;
                    const email = emails[action.email] as string;
                    const { isVerified, age } = action;
                    const userId = await me.useToken(identity, email, {
                      isVerified,
                      issuedAt: issuedAt - age,
                    });
                    if (action.kind === 'delete' && userId !== undefined) {
                      await me.delete(userId);
                      deleted.add(userId);
                      expect(await me.useToken(identity, email, { issuedAt })).toBeUndefined();
                    }
                    return userId;
                  },
                }),
              );
              for (const end of await interleave(
                table.client,
                actors,
                (count) => choices.next().value % count,
              )) {
                if (end.status === 'rejected' && !isExpected(end.reason)) throw end.reason;
              }
              clock.advance(GRACE_MS + 1);
              await all.sweep();
            }
            await expectRight(person, identities, emails, deleted);
          },
        ),
        { numRuns: INTERLEAVINGS },
      );
    });

    /** What must be true when nothing is under way. A new token of each identity repairs what crashes left. */
    async function expectRight(
      person: string,
      identities: readonly Identity[],
      emails: readonly string[],
      deleted: ReadonlySet<string>,
    ): Promise<void> {
      for (let i = 0; i < 3; i++) {
        clock.advance(GRACE_MS + 1);
        await all.sweep();
      }
      const ownItems = async () =>
        (await table.items()).filter(
          (item) => JSON.stringify(item).includes(person) || item.pk === 'DELETIONS',
        );
      const itemsBefore = await ownItems();
      expect(itemsBefore.filter(({ pk }) => pk === 'DELETIONS')).toEqual([]);
      for (const id of deleted) expect(JSON.stringify(await table.items())).not.toContain(id);

      const ids: string[] = [];
      for (const [i, identity] of identities.entries()) {
        const before = itemsBefore.find(({ pk }) => pk === `LINK#${issuer}#${identity.subject}`)?.userId;
        clock.advance(HOUR_MS + 1_000);
        const userId = String(await all.useToken(identity, emails[i % 2] as string));
        if (before !== undefined) expect(userId).toBe(before);
        ids.push(userId);
      }
      // An address that another user gave up since is claimed at the next check.
      for (const [i, identity] of identities.entries()) {
        clock.advance(HOUR_MS);
        expect(await all.useToken(identity, emails[i % 2] as string)).toBe(ids[i]);
      }
      const users = new Map<unknown, ReturnType<typeof toUser>>();
      for (const item of await table.items())
        if (item.sk === 'PROFILE') users.set(toUser(item).id, toUser(item));
      for (const { pk, sk, userId } of await ownItems()) {
        if (sk === 'LINK') {
          expect(users.get(userId)?.identities.map(({ subject }) => `LINK#${issuer}#${subject}`)).toContain(
            pk,
          );
        }
        if (sk === 'EMAIL' && users.has(userId)) {
          const user = users.get(userId);
          const email = String(pk).slice('EMAIL#'.length);
          expect(user && (hasAddress(user, email) || email in user.releasedAt), String(pk)).toBe(true);
        }
      }
      // Each address that an identity has, verified, has an owner who has it.
      for (const email of emails.slice(0, 2)) {
        const owner = users.get(await ownerOf(email));
        expect(owner && hasAddress(owner, email), email).toBe(true);
      }
      // All users can be deleted, and then nothing is left but the times of the deletions.
      for (const id of new Set(ids)) await all.delete(id);
      for (let i = 0; i < 3; i++) {
        clock.advance(GRACE_MS + 1);
        await all.sweep();
      }
      for (const id of ids) expect(JSON.stringify(await table.items())).not.toContain(id);
      for (const item of (await ownItems()).filter(({ sk }) => sk === 'LINK')) {
        expect(Object.keys(item).sort()).toEqual(['deletedAt', 'expiresAt', 'pk', 'sk']);
      }
    }
  });
});

const anyCrash = fc.option(fc.record({ atCommand: fc.integer({ min: 1, max: 20 }), isSent: fc.boolean() }), {
  nil: undefined,
});
const anyAction = fc.record({
  kind: fc.constantFrom('use', 'use', 'use', 'delete', 'sweep'),
  identity: fc.nat(2),
  email: fc.nat(2),
  isVerified: fc.constantFrom(true, true, true, false),
  /** How old the token is. An old token may be older than a deletion. */
  age: fc.constantFrom(0, 0, 500, 1_500_000),
  crash: anyCrash,
});
const INTERLEAVINGS = Number(process.env.INTERLEAVINGS ?? 10);

/** A crash, a sweep that met another actor, or a user that changed or was deleted meanwhile. */
function isExpected(error: unknown): boolean {
  return (
    error instanceof Crash ||
    error instanceof UserNotFound ||
    error instanceof UserVersionConflict ||
    /could not be finished/.test(String(error))
  );
}
