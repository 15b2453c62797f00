import { describe, expect, it } from 'vitest';
import { toShownDocument } from '../../../../infra/docs/browser/shown-document.ts';

const show = (document: object) => JSON.parse(toShownDocument(JSON.stringify(document), 'Documentation'));

describe('the document that the page shows', () => {
  it('has no HEAD, no operation of the hidden group, and no group without operations', () => {
    const list = { tags: ['Todos'], summary: 'List' };
    expect(
      show({
        openapi: '3.1.1',
        tags: [{ name: 'Todos' }, { name: 'Documentation' }],
        paths: {
          '/todo': { get: list, head: list },
          '/docs': { get: { tags: ['Documentation'] }, head: { tags: ['Documentation'] } },
        },
      }),
    ).toEqual({
      openapi: '3.1.1',
      tags: [{ name: 'Todos' }],
      paths: { '/todo': { get: list }, '/docs': {} },
    });
  });

  it('names the example of a parameter, and does not fill it in', () => {
    const parameters = [
      {
        name: 'limit',
        in: 'query',
        description: 'The most todos.',
        schema: { type: 'integer', example: 20 },
      },
      { name: 'If-Match', in: 'header', description: 'A tag.', example: '"1"', schema: { type: 'string' } },
    ];
    const get = { tags: ['Todos'], parameters };
    expect(show({ paths: { '/todo': { get } } }).paths['/todo'].get.parameters).toEqual([
      {
        name: 'limit',
        in: 'query',
        description: 'The most todos. Example: `20`',
        schema: { type: 'integer' },
      },
      { name: 'If-Match', in: 'header', description: 'A tag. Example: `"1"`', schema: { type: 'string' } },
    ]);
  });

  it.each([
    ['`#not-found`: It is gone. Look it up.', '[not-found](#not-found): It is gone. Look it up.'],
    ['`#a-b`: One. Do this.\n\n`#c`: Two (or so). Do that.', '[a-b](#a-b) · [c](#c)'],
    ['The new todo, as `#1`.', 'The new todo, as `#1`.'],
  ])('links the kinds of problems to their sections: %j', (description, shown) => {
    const responses = { NotFound: { description } };
    expect(show({ paths: {}, components: { responses } }).components.responses.NotFound.description).toBe(
      shown,
    );
  });
});
