import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createDocumentClient,
  inHandfuls,
  UNUSED_MIDDLEWARE,
} from '../../../../functions/dynamodb/client.ts';

const withUnusedName = (names: readonly string[]) =>
  names.filter((name) => UNUSED_MIDDLEWARE.some((unused) => name.startsWith(`${unused} `)));

describe('the client of the functions', () => {
  it('lacks exactly the middleware that it has no use for', () => {
    const usual = new DynamoDBClient().middlewareStack.identify();
    const ours = createDocumentClient().middlewareStack.identify();
    // An upgrade of the SDK may rename them: then they would be back, unnoticed but for their cost.
    expect(withUnusedName(usual)).toHaveLength(UNUSED_MIDDLEWARE.length);
    expect(ours).toEqual(usual.filter((name) => !withUnusedName(usual).includes(name)));
  });
});

describe('a handful of deletes', () => {
  it('is some of them and never more than 16, and all handfuls are all, in their order', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 100 }), (keys) => {
        const handfuls = [...inHandfuls(keys)];
        expect(handfuls.flat()).toEqual(keys);
        for (const { length } of handfuls) expect(length > 0 && length <= 16).toBe(true);
        expect(handfuls).toHaveLength(Math.ceil(keys.length / 16));
      }),
    );
  });
});
