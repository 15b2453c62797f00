import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ulid } from '../../functions/dynamodb/ulid.ts';
import { failedPrecondition, readPreconditions } from '../../functions/http/preconditions.ts';
import { toProblemResponse } from '../../functions/http/problem.ts';
import { createSweep } from '../../functions/sweep/sweep.ts';
import { createTodoStore } from '../../functions/todos/store.ts';
import { toAddress } from '../../functions/users/address.ts';
import { deleteUser } from '../../functions/users/deletion-request.ts';
import { createDeletionSteps } from '../../functions/users/deletion-steps.ts';
import { linkKey } from '../../functions/users/item.ts';
import { createLinkStore, isIssuedBeforeDeletion } from '../../functions/users/links.ts';
import { userEtag } from '../../functions/users/representation.ts';
import { createUserStore } from '../../functions/users/store.ts';
import { type Identity, type User, UserNotFound, UserVersionConflict } from '../../functions/users/user.ts';
import { type Clock, createClock } from '../support/clock.ts';
import { around, cutShort, engines, startTable, type TestTable } from '../support/engines.ts';
import { type Actor, Crash, interleave } from '../support/interleave.ts';
import { createLogRecorder } from '../support/log.ts';
import { allTodos, someFields } from '../support/todos.ts';

const issuer = 'https://tenant.eu.auth0.com/';
const GRACE_MS = 400_000;
const PAST_GRACE_MS = GRACE_MS + 1;
const allTime = () => true;
/** The command of `DELETE /me` that unlinks: after the read, the record, two marks and the commit. */
const FIRST_UNLINK = 6;

let clock: Clock;
let table: TestTable;

/** The actions on users and their todos, all with one client. */
function act(client: DynamoDBDocumentClient) {
  const dependencies = { client, tableName: table.tableName, now: clock.now, newId: ulid };
  const users = createUserStore(dependencies);
  const links = createLinkStore(dependencies, 'verified-email');
  const todos = createTodoStore(dependencies);
  const steps = createDeletionSteps(dependencies);
  const find = (userId: string) =>
    users.get(userId).catch((error: unknown) => {
      if (error instanceof UserNotFound) return undefined;
      throw error;
    });
  return {
    users,
    links,
    find,
    todos,
    /** What the authorizer does with a token. @returns undefined when the token is refused */
    signInWith: async (issuedAt: number, identity: Identity, email: string) => {
      const link = await links.find(identity);
      if (isIssuedBeforeDeletion(link, issuedAt)) return undefined;
      const user = link.user ?? (await links.signIn(identity, toAddress(email, true, clock.now()), issuedAt));
      return user && { userId: user.userId };
    },
    /** The same with a token that was issued now. A token of the time of a deletion counts as one before it. */
    signIn: async (identity: Identity, email: string) => {
      const user = await act(client).signInWith(clock.now() + 1, identity, email);
      if (!user) throw new Error('The token was refused');
      return user;
    },
    etagOf: async (userId: string) => {
      const user = await find(userId);
      return user && userEtag(user);
    },
    delete: (userId: string, ifMatch: string | undefined, maxItems?: number) =>
      deleteUser({ users, steps, ...(maxItems !== undefined && { maxItems }) }, userId, (user) =>
        failedPrecondition(
          readPreconditions((name) => (name === 'If-Match' ? ifMatch : undefined)),
          userEtag(user),
        ),
      ),
    sweep: (hasTime = allTime) =>
      createSweep({ users, steps, graceMs: GRACE_MS, now: clock.now, log: createLogRecorder() })(hasTime),
    titles: async (userId: string) => {
      return (await todos.list(userId, { ...allTodos, limit: 200 })).todos.map(({ title }) => title);
    },
    write: (userId: string, title: string) => todos.create(userId, { ...someFields, title }),
  };
}

/** A person with two identities and one email address. */
function newPerson() {
  const name = randomUUID();
  const [first, second] = ['auth0', 'google-oauth2'].map((by) => ({ issuer, subject: `${by}|${name}` })) as [
    Identity,
    Identity,
  ];
  return { name, first, second, email: `${name}@example.com` };
}

/** The item of a link. */
const linkItem = async (identity: Identity) =>
  (await table.items()).find(({ pk }) => pk === linkKey(identity).pk);

/** The attributes that stay at the link of a deleted user for as long as a token can live. */
const KEPT = ['pk', 'sk', 'deletedAt', 'expiresAt'];
const isKept = (item: object) => Object.keys(item).every((name) => KEPT.includes(name));

/** The items that have one of these texts anywhere in them, except what a deletion leaves at the links. */
const itemsAbout = async (...texts: readonly (string | readonly string[])[]) =>
  (await table.items()).filter((item) => {
    if (isKept(item)) return false;
    const content = inspect(item, { depth: null, breakLength: Number.POSITIVE_INFINITY });
    return texts.flat().some((text) => content.includes(text));
  });

const identitiesOf = (user: User | undefined) =>
  user?.identities.map(({ issuer, subject }) => ({ issuer, subject }));

const problemKindOf = (deletion: Promise<unknown>) =>
  deletion.then(
    () => undefined,
    (error: unknown) => toProblemResponse(error, 'request').kind,
  );

describe.each(engines)('deleting a user, on $name', (engine) => {
  describe.runIf(engine.isInstalled)(engine.isInstalled ? 'works' : 'is skipped: it is not installed', () => {
    let all: ReturnType<typeof act>;

    beforeAll(async () => {
      table = await startTable(engine);
      clock = createClock();
      all = act(table.client);
    });
    afterAll(() => table.close());

    async function newUser() {
      const person = newPerson();
      const { userId } = await all.signIn(person.first, person.email);
      await all.signIn(person.second, person.email);
      await all.write(userId, 'First');
      await all.todos.createOnce(userId, someFields, { key: 'k', fingerprint: 'f' });
      const etag = await all.etagOf(userId);
      return { ...person, userId, etag };
    }
    async function sweepAll() {
      for (let i = 0; i < 3; i++) {
        await all.sweep();
        clock.advance(PAST_GRACE_MS);
      }
    }

    it('removes the user, the links and the todos, and the sweep removes every other item', async () => {
      const { userId, etag, name } = await newUser();
      const { userId: other } = await newUser();
      expect(await all.delete(userId, etag)).toBe(true);
      expect(await all.find(userId)).toBeUndefined();
      expect(await all.titles(userId)).toEqual([]);

      await sweepAll();
      expect(await itemsAbout(userId)).toEqual([]);
      expect(await itemsAbout(name)).toEqual([]);
      expect(await itemsAbout('DELETIONS')).toEqual([]);
      expect(await all.titles(other)).toHaveLength(2);
    });

    it('reads what it deletes with strong consistency', async () => {
      const { userId, etag } = await newUser();
      const queries: object[] = [];
      const me = act(
        around(table.client, ({ name, input }, send) => {
          if (name === 'Query') queries.push(input);
          return send();
        }),
      );
      await me.delete(userId, etag);
      await me.sweep();
      expect(queries.length).toBeGreaterThan(1);
      for (const query of queries) expect(query).toMatchObject({ ConsistentRead: true });
    });

    it('gives the same person a new, empty user at the next sign-in', async () => {
      const { userId, etag, first, second, email } = await newUser();
      await all.delete(userId, etag);
      const again = await all.signIn(first, email);
      expect(again.userId).not.toBe(userId);
      expect(await all.titles(again.userId)).toEqual([]);
      expect(identitiesOf(await all.find(again.userId))).toEqual([first]);
      expect(await all.signIn(second, email)).toEqual(again);

      await all.write(again.userId, 'Second life');
      await sweepAll();
      expect(await all.signIn(first, email)).toEqual(again);
      expect(await all.titles(again.userId)).toEqual(['Second life']);
      expect(await itemsAbout(userId)).toEqual([]);
    });

    it('is refused without the current ETag of the user', async () => {
      const { userId, etag, name, second } = await newUser();
      const before = await itemsAbout(name);
      for (const wrong of ['"1"', `W/${etag}`]) {
        expect(await problemKindOf(all.delete(userId, wrong))).toBe('stale_version');
      }
      expect(await problemKindOf(all.delete('nobody', etag))).toBe('not_found');
      expect(await itemsAbout(name)).toEqual(before);

      expect(identitiesOf(await all.find(userId))).toContainEqual(second);
      expect(await all.delete(userId, `"1", ${etag}`)).toBe(true);
    });

    it('is refused if another identity was linked after the ETag was read, even during the deletion', async () => {
      const { userId, etag, email } = await newUser();
      const third = { issuer, subject: `sms|${userId}` };
      let isLinked = false;
      const racing = around(table.client, async ({ name }, send) => {
        if (name === 'Put' && !isLinked) {
          isLinked = true;
          await all.signIn(third, email);
        }
        return send();
      });
      expect(await problemKindOf(act(racing).delete(userId, etag))).toBe('stale_version');
      expect(await problemKindOf(all.delete(userId, etag))).toBe('stale_version');
      expect(await all.titles(userId)).toHaveLength(2);
      await sweepAll();
      expect(await all.titles(userId)).toHaveLength(2);
      expect(await itemsAbout('DELETIONS')).toEqual([]);
      expect(await all.delete(userId, await all.etagOf(userId))).toBe(true);
    });

    it('can be repeated under the old policy, and never deletes the new user', async () => {
      const { userId, etag, first, email } = await newUser();
      await all.delete(userId, etag);
      expect(await all.delete(userId, etag)).toBe(true);
      expect(await problemKindOf(all.delete(userId, '"another"'))).toBe('not_found');

      const again = await all.signIn(first, email);
      expect(await problemKindOf(all.delete(again.userId, etag))).toBe('stale_version');
      expect(await all.delete(userId, etag)).toBe(true);
      expect(await all.signIn(first, email)).toEqual(again);

      await sweepAll();
      expect(await problemKindOf(all.delete(userId, etag))).toBe('not_found');
      expect(await all.find(again.userId)).toBeDefined();
    });

    it('leaves a long list of todos to the sweep, and takes effect for the user immediately', async () => {
      const { userId, etag, first, email } = await newUser();
      await Promise.all(Array.from({ length: 60 }, (_, i) => all.write(userId, `Todo ${i}`)));
      expect(await all.delete(userId, etag, 10)).toBe(false);
      expect((await all.titles(userId)).length).toBeGreaterThan(0);
      const again = await all.signIn(first, email);
      expect(await all.titles(again.userId)).toEqual([]);

      let batches = 0;
      await all.sweep(() => batches++ < 2);
      expect((await all.titles(userId)).length).toBeGreaterThan(0);
      await all.sweep();
      expect(await all.titles(userId)).toEqual([]);
    });

    it('leaves no item when DynamoDB returns a page before its limit', async () => {
      const cut = act(cutShort(table.client, 1));
      const left = [await newUser(), await newUser()];
      for (const { userId, etag } of left) await cut.delete(userId, etag);
      for (const { userId } of left) expect(await all.titles(userId)).toEqual([]);
      for (let i = 0; i < 2; i++) {
        clock.advance(PAST_GRACE_MS);
        await cut.sweep();
      }
      expect(await itemsAbout(left.flatMap(({ userId, name }) => [userId, name]))).toEqual([]);
    });

    it('removes later writes under a cached policy, and shows them to nobody else', async () => {
      const { userId, etag, first, email } = await newUser();
      await all.delete(userId, etag);
      const again = await all.signIn(first, email);
      await all.write(userId, 'By a cached policy');
      await all.todos.createOnce(userId, someFields, { key: 'late', fingerprint: 'f' });
      expect(await all.titles(again.userId)).toEqual([]);

      clock.advance(GRACE_MS / 2);
      await all.sweep();
      await all.write(userId, 'The last one');
      await sweepAll();
      expect(await itemsAbout(userId)).toEqual([]);
      expect(await all.titles(again.userId)).toEqual([]);
    });

    it('waits again after the sweep has removed the links, because a policy can be as recent as the link', async () => {
      const { userId, etag, first, email } = await newUser();
      const crash = { atCommand: FIRST_UNLINK, isSent: false };
      await interleave(table.client, [{ act: (client) => act(client).delete(userId, etag), crash }], () => 0);
      clock.advance(PAST_GRACE_MS);
      expect((await linkItem(first))?.userId).toBe(userId);
      await all.sweep();
      expect((await all.signIn(first, email)).userId).not.toBe(userId);
      await all.write(userId, 'By a policy of a moment ago');
      await sweepAll();
      expect(await itemsAbout(userId)).toEqual([]);
    });

    it('continues the sweep with other users if one fails, and reports the failure', async () => {
      const [broken, healthy] = [await newUser(), await newUser()];
      for (const { userId, etag } of [broken, healthy]) await all.delete(userId, etag);
      clock.advance(PAST_GRACE_MS);
      const failing = around(table.client, (command, send) =>
        JSON.stringify(command.input).includes(`USER#${broken.userId}`)
          ? Promise.reject(new Error('an outage'))
          : send(),
      );
      await expect(act(failing).sweep()).rejects.toThrow('1 deletions could not be finished');
      expect(await itemsAbout(healthy.userId)).toEqual([]);
      await all.sweep();
      expect(await itemsAbout(broken.userId)).toEqual([]);
    });

    it('is finished by a repetition or by the sweep alone, after a crash before or after any write', async () => {
      const commands = await countCommands((client) =>
        newUser().then((user) => act(client).delete(user.userId, user.etag)),
      );
      expect(commands).toBeGreaterThan(9);
      const gone: string[] = [];
      const kept: string[] = [];
      for (let atCommand = 1; atCommand <= commands; atCommand++) {
        for (const isSent of [false, true]) {
          for (const isRepeated of [false, true]) {
            const { userId, etag, name } = await newUser();
            const crash = { atCommand, isSent };
            const deleting: Actor = { act: (client) => act(client).delete(userId, etag), crash };
            const [end] = await interleave(table.client, [deleting], () => 0);
            expect(end).toMatchObject({ status: 'rejected', reason: expect.any(Crash) });

            const isDeleted = (await all.find(userId)) === undefined;
            if (isRepeated) {
              expect(await all.delete(userId, etag)).toBe(true);
              expect(await all.titles(userId)).toEqual([]);
            }
            if (isDeleted || isRepeated) gone.push(userId, name);
            else kept.push(userId);
          }
        }
      }
      await sweepAll();
      expect(await itemsAbout('DELETIONS')).toEqual([]);
      expect(await itemsAbout(gone)).toEqual([]);
      expect(kept.length).toBeGreaterThan(0);
      for (const userId of kept) expect(await all.titles(userId)).toHaveLength(2);
    });

    it('is finished after a crash of the sweep before or after any of its writes', async () => {
      const gone: string[] = [];
      for (const rounds of [0, 1]) {
        const deletedUser = async () => {
          const user = await newUser();
          const beforeUnlinking = rounds === 0 ? { atCommand: FIRST_UNLINK, isSent: false } : undefined;
          await interleave(
            table.client,
            [{ act: (client) => act(client).delete(user.userId, user.etag), crash: beforeUnlinking }],
            () => 0,
          );
          clock.advance(PAST_GRACE_MS);
          return user;
        };
        const commands = await countCommands((client) => deletedUser().then(() => act(client).sweep()));
        await sweepAll();
        for (let atCommand = 2; atCommand <= commands; atCommand++) {
          for (const isSent of [false, true]) {
            const { name } = await deletedUser();
            const sweeping: Actor = { act: (client) => act(client).sweep(), crash: { atCommand, isSent } };
            await interleave(table.client, [sweeping], () => 0);
            await sweepAll();
            gone.push(name);
          }
        }
      }
      expect(await itemsAbout([...gone, 'DELETIONS'])).toEqual([]);
    });

    it('stays correct with simultaneous sign-ins, deletions, old policies, sweeps and crashes', {
      tags: 'random',
    }, async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.record({ kind: anyKind, crash: anyCrash }), { minLength: 1, maxLength: 6 }),
          fc.array(fc.record({ kind: anyKind, crash: anyCrash }), { maxLength: 4 }),
          fc.infiniteStream(fc.nat()),
          async (firstRound, secondRound, choices) => {
            const choose = (count: number) => choices.next().value % count;
            const person = newPerson();
            const { userId } = await all.signIn(person.first, person.email);
            await all.write(userId, 'First');
            const policiesNow = async () => {
              const { first, second } = person;
              const links = [await all.links.find(first), await all.links.find(second)];
              return new Set(links.flatMap(({ user }) => user?.userId ?? []));
            };
            const attempted = new Set<string>();
            const deleted: string[] = [];
            for (const round of [firstRound, secondRound]) {
              const roles = rolesOf(person, await policiesNow(), attempted);
              const actors = round.map(({ kind, crash }) => ({ act: roles[kind], crash }));
              for (const end of await interleave(table.client, actors, choose)) {
                if (end.status === 'rejected' && !isExpected(end.reason)) throw end.reason;
              }
              for (const id of attempted) if (!(await all.find(id))) deleted.push(id);
              clock.advance(PAST_GRACE_MS);
            }
            await sweepAll();

            const items = await itemsAbout(person.name);
            expect(await itemsAbout('DELETIONS')).toEqual([]);
            for (const id of deleted) expect(await itemsAbout(id)).toEqual([]);
            const profiles = items.filter(({ sk }) => sk === 'PROFILE');
            expect(profiles.length).toBeLessThanOrEqual(1);
            const alive = profiles.map(({ pk }) => String(pk).slice('USER#'.length));
            for (const { sk, userId: owner, deletedUsers } of items) {
              expect(deletedUsers).toBeUndefined();
              if (sk === 'LINK') expect(alive).toContain(owner);
            }
            const again = await all.signIn(person.first, person.email);
            if (alive.length > 0) expect(alive).toContain(again.userId);
            else expect(await all.titles(again.userId)).toEqual([]);
            expect(await all.signIn(person.second, person.email)).toEqual(again);
            expect(identitiesOf(await all.find(again.userId))).toEqual([person.first, person.second]);
          },
        ),
        { numRuns: INTERLEAVINGS },
      );
    });

    /**
     * The action of each kind of actor.
     * @param policies the ids of the users with a cached policy before the actors start
     * @param attempted collects the ids of the users that an actor tries to delete
     */
    function rolesOf(
      { first, second, email }: ReturnType<typeof newPerson>,
      policies: ReadonlySet<string>,
      attempted: Set<string>,
    ) {
      const signInAndDelete = async (client: DynamoDBDocumentClient, identity: Identity) => {
        const me = act(client);
        const { userId: id } = await me.signIn(identity, email);
        const etag = await me.etagOf(id);
        if (etag === undefined) return;
        attempted.add(id);
        await me.delete(id, etag);
        const { userId: next } = await me.signIn(identity, email);
        expect(next).not.toBe(id);
        expect(await me.titles(next)).toEqual([]);
      };
      return {
        signIn: (client: DynamoDBDocumentClient) => act(client).signIn(first, email),
        signInOtherwise: (client: DynamoDBDocumentClient) => act(client).signIn(second, email),
        delete: (client: DynamoDBDocumentClient) => signInAndDelete(client, first),
        deleteOtherwise: (client: DynamoDBDocumentClient) => signInAndDelete(client, second),
        useOldPolicy: async (client: DynamoDBDocumentClient) => {
          for (const id of policies) await act(client).write(id, 'By an old policy');
        },
        sweep: (client: DynamoDBDocumentClient) => act(client).sweep(),
      } satisfies Record<(typeof kinds)[number], Actor['act']>;
    }
  });
});

const kinds = ['signIn', 'signInOtherwise', 'delete', 'deleteOtherwise', 'useOldPolicy', 'sweep'] as const;
const anyKind = fc.constantFrom(...kinds);
const anyCrash = fc.option(fc.record({ atCommand: fc.integer({ min: 1, max: 25 }), isSent: fc.boolean() }), {
  nil: undefined,
});
const INTERLEAVINGS = Number(process.env.INTERLEAVINGS ?? 10);

/** A crash, a sweep that failed because of another actor, or a user that changed after the ETag was read. */
function isExpected(error: unknown): boolean {
  return (
    error instanceof Crash ||
    error instanceof UserNotFound ||
    error instanceof UserVersionConflict ||
    /could not be finished/.test(String(error))
  );
}

/** The number of commands that an action sends. */
async function countCommands(
  doSomething: (client: DynamoDBDocumentClient) => Promise<unknown>,
): Promise<number> {
  let commands = 0;
  await doSomething(
    around(table.client, (_command, send) => {
      commands += 1;
      return send();
    }),
  );
  return commands;
}
