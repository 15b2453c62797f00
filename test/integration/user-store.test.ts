import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ulid } from '../../functions/dynamodb/ulid.ts';
import { toAddress } from '../../functions/users/address.ts';
import { createLinkStore } from '../../functions/users/links.ts';
import { createUserStore, type UserStore } from '../../functions/users/store.ts';
import type { Identity, LinkedUser } from '../../functions/users/user.ts';
import { around, engines, startTable, type TestTable } from '../support/engines.ts';

describe.each(engines)('the user store on $name', (engine) => {
  describe.runIf(engine.isInstalled)(engine.isInstalled ? 'works' : 'is skipped: it is not installed', () => {
    const issuer = 'https://tenant.eu.auth0.com/';
    const now = () => Date.parse('2026-11-24T00:00:00Z');
    let table: TestTable;
    let users: UserStore;
    let ids = 0;
    const newIdentity = () => ({ issuer, subject: `auth0|${ids++}` });
    const dependenciesOf = (client: TestTable['client']) => ({
      client,
      tableName: table.tableName,
      now,
      newId: ulid,
    });
    const signInWith = async (client: TestTable['client'], identity: Identity, email: string) => {
      const links = createLinkStore(dependenciesOf(client), 'verified-email');
      const { userId } = (await links.signIn(identity, toAddress(email, true, now()), now())) as LinkedUser;
      return userId;
    };
    /** @returns the id of the user */
    const signIn = (identity: Identity, email: string) => signInWith(table.client, identity, email);
    const linkOf = (identity: Identity) =>
      createLinkStore(dependenciesOf(table.client), 'verified-email').find(identity);

    beforeAll(async () => {
      table = await startTable(engine);
      users = createUserStore(dependenciesOf(table.client));
    });
    afterAll(() => table.close());

    it('creates a user at the first sign-in and finds it by its link', async () => {
      const identity = newIdentity();
      expect((await linkOf(identity)).user).toBeUndefined();
      const userId = await signIn(identity, 'Ann@Example.com');
      const address = { email: 'ann@example.com', isVerified: true };
      expect((await linkOf(identity)).user).toEqual({
        userId,
        ...address,
        checkedAt: now(),
        askedAt: undefined,
        isBlocked: false,
      });
      expect(await users.get(userId)).toEqual({
        kind: 'active',
        id: userId,
        email: 'ann@example.com',
        createdAt: now(),
        identities: [{ ...identity, address: { ...address, seenAt: now() } }],
        releasedAt: {},
        revision: 1,
      });
    });

    it('creates one user for forty simultaneous first requests', async () => {
      const identity = newIdentity();
      const userIds = await Promise.all(
        Array.from({ length: 40 }, () => signIn(identity, 'forty@example.com')),
      );
      expect(new Set(userIds).size).toBe(1);
      const items = (await table.items()).filter((item) =>
        JSON.stringify(item).includes('forty@example.com'),
      );
      expect(items).toHaveLength(3);
    });

    it('creates one user for two identities with the same verified email address', async () => {
      const [first, second] = [newIdentity(), newIdentity()];
      const [a, b] = await Promise.all([
        signIn(first, 'shared@example.com'),
        signIn(second, 'SHARED@example.com'),
      ]);
      expect(a).toBe(b);
      expect((await users.get(a)).identities).toMatchObject([first, second]);
    });

    it.each([
      ['a different letter that looks the same', 'kelvin@example.com', '\u212Aelvin@example.com'],
      ['a capital letter outside ASCII', 'i@example.com', '\u0130@example.com'],
      ['another Unicode composition of a letter', '\u00e9@example.com', 'e\u0301@example.com'],
      ['spaces around it', 'space@example.com', ' space@example.com\u00a0'],
    ])('keeps apart two addresses if one has %s', async (_name, theirs, mine) => {
      const victim = await signIn(newIdentity(), theirs);
      expect(await signIn(newIdentity(), mine)).not.toBe(victim);
    });

    it('keeps apart one subject at two issuers, and two subjects of one issuer', async () => {
      const identities = [
        { issuer, subject: 'google-oauth2|1' },
        { issuer, subject: 'auth0|1-google' },
        { issuer: 'https://other.eu.auth0.com/', subject: 'google-oauth2|1' },
      ];
      const userIds = await Promise.all(identities.map((each, i) => signIn(each, `apart${i}@example.com`)));
      expect(new Set(userIds).size).toBe(3);
      for (const [i, each] of identities.entries()) {
        expect((await linkOf(each)).user?.userId).toBe(userIds[i]);
      }
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
        await expect(signInWith(crashing, identity, email)).rejects.toThrow('crash');

        const userId = await signIn(identity, email);
        expect((await linkOf(identity)).user?.userId).toBe(userId);
        const items = (await table.items()).filter((item) => JSON.stringify(item).includes(userId));
        expect(items.map(({ sk }) => sk).sort()).toEqual(['EMAIL', 'LINK', 'PROFILE']);
        expect((await users.get(userId)).identities).toMatchObject([identity]);
      }
    });
  });
});
