import { decodeProtectedHeader } from 'jose';
import { expect, it } from 'vitest';
import { createSigningKeys } from '../../../../../infra/local/issuer/signing-keys.ts';

it('forgets the oldest key when a rotation makes one too many', async () => {
  const keys = await createSigningKeys(undefined, 2);
  const first = decodeProtectedHeader(await keys.sign({})).kid;
  const second = await keys.rotate();
  const third = await keys.rotate();
  expect(keys.publicJwks().keys.map(({ kid }) => kid)).toEqual([second, third]);
  expect(keys.trustedJwks().keys.map(({ kid }) => kid)).toEqual([second, third]);
  await expect(keys.sign({}, { kid: first })).rejects.toThrow(`The issuer has no key ${first}`);
});

it('never forgets the key that signs', async () => {
  const keys = await createSigningKeys(undefined, 1);
  const signing = await keys.rotate({ publish: false });
  expect(keys.publicJwks().keys).toEqual([]);
  expect(decodeProtectedHeader(await keys.sign({})).kid).toBe(signing);
});
