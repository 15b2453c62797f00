import { generateKeyPairSync } from 'node:crypto';
import { expect, it, vi } from 'vitest';
import { TokenError } from '../../../../functions/authorizer/errors.ts';
import { primeKeys } from '../../../../functions/authorizer/priming.ts';

const options = {
  issuer: 'https://tenant.eu.auth0.com/',
  audience: 'https://todo.example.com',
  now: Date.now,
};
const newKey = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength }).publicKey;

it('verifies a signature with each deployed key, and nothing comes of it', async () => {
  const verify = vi.spyOn(crypto.subtle, 'verify');
  const keys = new Map([
    ['current', newKey(2_048)],
    ['next', newKey(4_096)],
  ]);
  await expect(primeKeys(keys, options)).resolves.toBeUndefined();
  expect(verify).toHaveBeenCalledTimes(2);
  expect(await Promise.all(verify.mock.results.map(({ value }) => value))).toEqual([false, false]);
  verify.mockRestore();
});

it('does nothing without deployed keys', async () => {
  await expect(primeKeys(new Map(), options)).resolves.toBeUndefined();
});

it('fails with a key that is not for RS256, and does not call this a refused token', async () => {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  await expect(primeKeys(new Map([['k', publicKey]]), options)).rejects.not.toBeInstanceOf(TokenError);
});
