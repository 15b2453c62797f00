import { describe, expect, it } from 'vitest';
import { withoutOptionalExamples } from '../../../../infra/docs/browser/optional-examples.ts';

const shown = (operation: object) =>
  JSON.parse(withoutOptionalExamples(JSON.stringify({ paths: { '/notes': { get: operation } } }))).paths[
    '/notes'
  ].get;

describe('the document on the docs page', () => {
  it('has examples of required parameters only, because Swagger UI fills them in', () => {
    const parameters = [
      { name: 'id', required: true, example: '1' },
      { name: 'limit', example: 20, schema: { default: 100 } },
    ];
    expect(shown({ operationId: 'listNotes', parameters })).toEqual({
      operationId: 'listNotes',
      parameters: [
        { name: 'id', required: true, example: '1' },
        { name: 'limit', schema: { default: 100 } },
      ],
    });
  });

  it('is the same without parameters', () => {
    expect(shown({ operationId: 'getMe' })).toEqual({ operationId: 'getMe' });
  });
});
