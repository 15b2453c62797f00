import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { createDocumentClient, UNUSED_MIDDLEWARE } from '../../../../functions/dynamodb/client.ts';

const withUnusedName = (names: readonly string[]) =>
  names.filter((name) => UNUSED_MIDDLEWARE.some((unused) => name.startsWith(`${unused} `)));

describe('the client of the functions', () => {
  it('has all middleware of the SDK except what functions do not use', () => {
    const usual = new DynamoDBClient().middlewareStack.identify();
    const ours = createDocumentClient().middlewareStack.identify();
    // An upgrade of the SDK may rename a middleware. Then the client would keep it.
    expect(withUnusedName(usual)).toHaveLength(UNUSED_MIDDLEWARE.length);
    expect(ours).toEqual(usual.filter((name) => !withUnusedName(usual).includes(name)));
  });
});
