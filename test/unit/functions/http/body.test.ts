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

  it.each([null, 'text', 1, undefined])('is refused with one error when it is not an object: %j', (body) => {
    const { kind, message, fieldErrors } = problemOf(() => parseBody(schema, body));
    expect(kind).toBe('invalid_request');
    expect(message).toBe('The body must be a JSON object.');
    expect(fieldErrors).toBeUndefined();
  });
});
