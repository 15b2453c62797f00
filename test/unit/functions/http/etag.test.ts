import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toContentEtag, toEtag, toVersionPreconditions } from '../../../../functions/http/etag.ts';

const none = { ifMatch: undefined, ifNoneMatch: undefined };

describe('the preconditions of a request as versions', () => {
  it('are the versions whose tags they name', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 999_999_999_999_999 })), (versions) => {
        const tags = versions.map(toEtag);
        expect(toVersionPreconditions({ ifMatch: tags, ifNoneMatch: tags })).toEqual({
          ifMatch: versions,
          ifNoneMatch: versions,
        });
      }),
    );
  });

  it('are any version for *, and none without the headers', () => {
    expect(toVersionPreconditions({ ifMatch: '*', ifNoneMatch: '*' })).toEqual({
      ifMatch: 'any',
      ifNoneMatch: 'any',
    });
    expect(toVersionPreconditions(none)).toEqual(none);
  });

  it('compare strongly in If-Match, and weakly in If-None-Match', () => {
    expect(toVersionPreconditions({ ifMatch: ['W/"1"', '"2"'], ifNoneMatch: ['W/"1"', '"2"'] })).toEqual({
      ifMatch: [2],
      ifNoneMatch: [1, 2],
    });
  });

  it.each(['"abc"', '"01"', '"0"', '"-1"', '"9999999999999999999"', '"*"', '""', 'W/"x"'])(
    'match nothing with a tag that stands for no version: %s',
    (tag) => {
      expect(toVersionPreconditions({ ifMatch: [tag], ifNoneMatch: [tag] })).toEqual({
        ifMatch: [],
        ifNoneMatch: [],
      });
    },
  );
});

describe('the ETag of a representation without a version', () => {
  it('is strong, and is a digest of the whole representation', () => {
    const digest = 'CW1ct9Ne-nxyfbnRThZZ0My1uO-Q9OI4S5iWufvyf34';
    expect(toContentEtag({ id: 1, tags: ['a'] })).toBe(`"${digest}"`);
    expect(toContentEtag({ id: 1, tags: ['b'] })).not.toBe(`"${digest}"`);
  });
});
