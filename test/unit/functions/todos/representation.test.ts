import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toRepresentation } from '../../../../functions/todos/representation.ts';
import { MINIMUM_COMPRESSION } from '../../../../infra/constructs/api.ts';
import { anyTodo } from '../../../support/todos.ts';

describe('the representation of a todo', () => {
  it('is too small for compression by the gateway, so its ETag can be strong', () => {
    const baseUrl = `https://${'a'.repeat(253)}/${'b'.repeat(128)}`;
    const anyLongTitle = fc
      .string({ unit: 'binary', minLength: 1_000, maxLength: 1_000 })
      .filter((text) => text.isWellFormed());
    const longest = fc.oneof(
      anyLongTitle,
      fc.constant('\u0001'.repeat(1_000)),
      fc.constant('😀'.repeat(1_000)),
    );
    fc.assert(
      fc.property(anyTodo, longest, (todo, title) => {
        const body = JSON.stringify(toRepresentation({ ...todo, title }, { baseUrl }));
        expect(Buffer.byteLength(body)).toBeLessThan(MINIMUM_COMPRESSION.toBytes());
      }),
    );
  });
});
