import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { parseBody } from '../../../../functions/http/body.ts';
import { problemOf } from '../../../support/problems.ts';

const schema = z.object(
  { text: z.string('must be a string'), pinned: z._default(z.boolean('must be true or false'), false) },
  'The body must be a JSON object.',
);

describe('a body', () => {
  it('gets the defaults of its schema, and loses unknown members', () => {
    expect(parseBody(schema, { text: 'Hello', owner: 'somebody' })).toEqual({ text: 'Hello', pinned: false });
  });

  it('is refused with all errors, listed by field', () => {
    const { kind, message, fieldErrors } = problemOf(() => parseBody(schema, { pinned: 1 }));
    expect(kind).toBe('invalid_request');
    expect(message).toBe('The body is invalid.');
    expect(fieldErrors).toEqual({ text: ['must be a string'], pinned: ['must be true or false'] });
  });

  it.each<[string, object]>([
    ['text', { text: '\ud83d' }],
    ['text', { text: 'a\udc00b' }],
    ['tags', { text: 'a', tags: ['\udfff'] }],
    ['tags', { text: 'a', tags: [{ '\ud800': 1 }] }],
  ])('is refused with a lone surrogate in %s, which the table would not have', (name, body) => {
    const tagged = z.object({ text: z.string(), tags: z.optional(z.array(z.unknown())) });
    const { kind, fieldErrors } = problemOf(() => parseBody(tagged, body));
    expect({ kind, fieldErrors }).toEqual({
      kind: 'invalid_request',
      fieldErrors: { [name]: ['must be well-formed Unicode'] },
    });
  });

  it('keeps surrogate pairs, and nothing that is not text', () => {
    expect(parseBody(schema, { text: '😀' }).text).toBe('😀');
    expect(parseBody(z.object({ order: z.nullable(z.number()) }), { order: null })).toEqual({ order: null });
  });

  it.each([null, 'text', 1, undefined])('is refused with one error when it is not an object: %j', (body) => {
    const { kind, message, fieldErrors } = problemOf(() => parseBody(schema, body));
    expect(kind).toBe('invalid_request');
    expect(message).toBe('The body must be a JSON object.');
    expect(fieldErrors).toBeUndefined();
  });
});
