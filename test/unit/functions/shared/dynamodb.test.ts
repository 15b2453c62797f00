import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { createDocumentClient, UNUSED_MIDDLEWARE } from '../../../../functions/shared/dynamodb.ts';

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
