import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import type { ParameterObject } from 'openapi3-ts/oas31';
import { describe, expect, it } from 'vitest';
import { parseExportQuery } from '../../../functions/export/schemas.ts';
import { parseNewTodo, parseTodoChanges, parseTodoQuery } from '../../../functions/todos/schemas.ts';
import { describeApi } from '../../../infra/openapi/document.ts';
import { documentConfig } from '../../support/openapi/config.ts';
import { anyChanges, anyFields } from '../../support/todos.ts';

const document = describeApi(documentConfig);
const ajv = addFormats.default(new Ajv2020({ strict: false }));
ajv.addFormat('ulid', true);
ajv.addSchema(document, 'document');

const accepts = (act: () => unknown): boolean => {
  try {
    act();
    return true;
  } catch {
    return false;
  }
};

/** Bodies that are valid, that have an invalid member, or that are not objects. */
const anyMember = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    'text',
    '2026-02-28',
    '2026-02-30',
    'x'.repeat(1_000),
    'x'.repeat(1_001),
    '😀'.repeat(1_000),
  ),
  fc.constantFrom(0, 1.5, -9007199254740991, 1e300, true, false, null),
);
const anyBody = fc.oneof(
  fc.record(
    { title: anyMember, date: anyMember, completed: anyMember, order: anyMember },
    { requiredKeys: [] },
  ),
  fc.constantFrom(null, [], 'text', 1),
  anyFields,
  anyChanges,
);

describe('the document accepts the same requests as the routes', () => {
  it.each([
    ['NewTodo', parseNewTodo],
    ['TodoChanges', parseTodoChanges],
  ] as const)('in a body: %s', (name, parse) => {
    const validate = ajv.compile({ $ref: `document#/components/schemas/${name}` });
    fc.assert(
      fc.property(anyBody, (body) => {
        expect(accepts(() => parse(body))).toBe(validate(body));
      }),
    );
  });

  it.each([
    ['/todo', parseTodoQuery],
    ['/me/export', parseExportQuery],
  ] as const)('in all examples of parameters together, because many tools send them: %s', (path, parse) => {
    const parameters = (document.paths?.[path]?.get?.parameters ?? []) as ParameterObject[];
    const query = parameters.filter((parameter) => parameter.in === 'query');
    expect(query.length).toBeGreaterThan(1);
    const examples = query.map(({ name, example }) => [name, [String(example)]]);
    expect(() => parse(Object.fromEntries(examples))).not.toThrow();
  });

  it('in each parameter of a list', () => {
    const parameters = (document.paths?.['/todo']?.get?.parameters ?? []) as { name: string }[];
    const anyText = fc.oneof(
      fc.integer({ min: -1, max: 300 }).map(String),
      fc.constantFrom(
        '',
        'true',
        'false',
        'yes',
        '1e2',
        '007',
        '2026-02-28',
        '2026-02-30',
        'date',
        '-created',
        'title',
      ),
    );
    const isJson = (text: string) => /^(true|false|0|-?[1-9]\d*)$/.test(text);
    for (const { name } of parameters.filter((parameter) => parameter.name !== 'cursor')) {
      const index = parameters.findIndex((parameter) => parameter.name === name);
      const pointer = `document#/paths/${encodeURIComponent('~1todo')}/get/parameters/${index}/schema`;
      const validate = ajv.compile({ $ref: pointer });
      const isText = name === 'date_from' || name === 'date_to' || name === 'ordering';
      fc.assert(
        fc.property(anyText, (text) => {
          const value = !isText && isJson(text) ? JSON.parse(text) : text;
          expect([name, text, accepts(() => parseTodoQuery({ [name]: [text] }))]).toEqual([
            name,
            text,
            validate(value),
          ]);
        }),
      );
    }
  });
});
