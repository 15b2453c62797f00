import { describe, expect, it } from 'vitest';
import { parseExportQuery } from '../../../../functions/export/schemas.ts';
import { encodeCursor } from '../../../../functions/http/cursor.ts';
import { expectProblem } from '../../../support/problems.ts';

describe('the query of an export', () => {
  it('has by default 200 items on a page and begins at the start', () => {
    expect(parseExportQuery({})).toEqual({ limit: 200, after: undefined });
  });

  it.each(['TODO#01JZZZZZZZZZZZZZZZZZZZZZZZ', 'IDEMPOTENCY#a key', 'IDEMPOTENCY#a.key.with.dots', 'PROFILE'])(
    'begins after the item of its cursor: %s',
    (sortKey) => {
      expect(parseExportQuery({ limit: ['7'], cursor: [encodeCursor([sortKey])] })).toEqual({
        limit: 7,
        after: sortKey,
      });
    },
  );

  it.each([
    ['of another list', encodeCursor(['01JZZZZZZZZZZZZZZZZZZZZZZZ'])],
    ['that cannot be decoded', 'none!'],
    ['that is empty', ''],
  ])('is refused with a cursor %s', (_case, cursor) => {
    expectProblem(() => parseExportQuery({ cursor: [cursor] }), 'invalid_request', {
      cursor: ['is not a cursor of this list: take it from the Link header'],
    });
  });

  it('is refused with a limit of more than 200', () => {
    expectProblem(() => parseExportQuery({ limit: ['201'] }), 'invalid_request', {
      limit: ['must be a whole number from 1 to 200'],
    });
  });
});
