import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ulid } from '../../functions/dynamodb/ulid.ts';
import { createUserStore, type UserStore } from '../../functions/users/store.ts';
import { around, engines, startTable, type TestTable } from '../support/engines.ts';

describe.each(engines)('the user store on $name', (engine) => {
  describe.runIf(engine.isInstalled)(engine.isInstalled ? 'works' : 'is skipped: it is not installed', () => {
    const issuer = 'https://tenant.eu.auth0.com/';
    const now = () => Date.parse('2026-11-24T00:00:00Z');
    let table: TestTable;
    let users: UserStore;
    let ids = 0;
    const newIdentity = () => ({ issuer, subject: `auth0|${ids++}` });
    const storeOf = (client: TestTable['client']) =>
      createUserStore({ client, tableName: table.tableName, now, newId: ulid });

    beforeAll(async () => {
      table = await startTable(engine);
      users = storeOf(table.client);
    });
    afterAll(() => table.close());

    it('creates a user at the first sign-in and finds it by its link', async () => {
      const identity = newIdentity();
      expect(await users.findLink(identity)).toBeUndefined();
      const linked = await users.linkIdentity(identity, 'Ann@Example.com');
      expect(linked.email).toBe('ann@example.com');
      expect(await users.findLink(identity)).toEqual(linked);
      expect(await users.get(linked.userId)).toEqual({
        kind: 'active',
        id: linked.userId,
        email: 'ann@example.com',
        createdAt: now(),
        identities: [identity],
      });
    });

    it('creates one user for forty simultaneous first requests', async () => {
      const identity = newIdentity();
      const linked = await Promise.all(
        Array.from({ length: 40 }, () => users.linkIdentity(identity, 'forty@example.com')),
      );
      expect(new Set(linked.map(({ userId }) => userId)).size).toBe(1);
      const items = (await table.items()).filter((item) =>
        JSON.stringify(item).includes('forty@example.com'),
      );
      expect(items).toHaveLength(3);
    });

    it('creates one user for two identities with the same verified email address', async () => {
      const [first, second] = [newIdentity(), newIdentity()];
      const [a, b] = await Promise.all([
        users.linkIdentity(first, 'shared@example.com'),
        users.linkIdentity(second, 'SHARED@example.com'),
      ]);
      expect(a.userId).toBe(b.userId);
      expect((await users.get(a.userId))?.identities).toEqual([first, second]);
    });

    it.each([
      ['a different letter that looks the same', 'kelvin@example.com', '\u212Aelvin@example.com'],
      ['a capital letter outside ASCII', 'i@example.com', '\u0130@example.com'],
      ['another Unicode composition of a letter', '\u00e9@example.com', 'e\u0301@example.com'],
      ['spaces around it', 'space@example.com', ' space@example.com\u00a0'],
    ])('keeps apart two addresses if one has %s', async (_name, theirs, mine) => {
      const victim = await users.linkIdentity(newIdentity(), theirs);
      const attacker = await users.linkIdentity(newIdentity(), mine);
      expect(attacker.userId).not.toBe(victim.userId);
    });

    it('keeps apart one subject at two issuers, and two subjects of one issuer', async () => {
      const identities = [
        { issuer, subject: 'google-oauth2|1' },
        { issuer, subject: 'auth0|1-google' },
        { issuer: 'https://other.eu.auth0.com/', subject: 'google-oauth2|1' },
      ];
      const linked = await Promise.all(
        identities.map((each, i) => users.linkIdentity(each, `apart${i}@example.com`)),
      );
      expect(new Set(linked.map(({ userId }) => userId)).size).toBe(3);
      for (const [i, each] of identities.entries()) expect(await users.findLink(each)).toEqual(linked[i]);
    });

    it('finds a link with a consistent read if an eventually consistent read misses it', async () => {
      const identity = newIdentity();
      const linked = await users.linkIdentity(identity, 'late@example.com');
      const stale = around(table.client, async ({ input }, send) =>
        'ConsistentRead' in input && input.ConsistentRead === true ? send() : {},
      );
      expect(await storeOf(stale).findLink(identity)).toEqual(linked);
    });

    it.each([1, 2, 3])('repairs a sign-in that crashed before or after its write %i', async (failing) => {
      for (const takesPlace of [false, true]) {
        const identity = newIdentity();
        const email = `crash-${failing}-${takesPlace}@example.com`;
        let writes = 0;
        const crashing = around(table.client, async ({ name }, send) => {
          if (name === 'Get' || ++writes !== failing) return send();
          if (takesPlace) await send();
          throw new Error('crash');
        });
        await expect(storeOf(crashing).linkIdentity(identity, email)).rejects.toThrow('crash');

        const linked = await users.linkIdentity(identity, email);
        expect(await users.findLink(identity)).toEqual(linked);
        const items = (await table.items()).filter((item) => JSON.stringify(item).includes(linked.userId));
        expect(items.map(({ sk }) => sk).sort()).toEqual(['EMAIL', 'LINK', 'PROFILE']);
        expect((await users.get(linked.userId))?.identities).toEqual([identity]);
      }
    });
  });
});
