import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prefersMinimal } from '../../../../functions/http/prefer.ts';

describe('a Prefer header', () => {
  it.each([
    'return=minimal',
    'Return = "minimal"',
    'respond-async, return=minimal',
    'wait=10,return=minimal; strict',
    'return=minimal, return=representation',
    'return=minimal ;strict',
  ])('asks for a minimal response with %j', (header) => {
    expect(prefersMinimal(header)).toBe(true);
  });

  it.each([
    undefined,
    '',
    'return',
    'return=representation',
    'return=representation, return=minimal',
    'return="minimal',
    'return=minimalist',
    'return=minimal strict',
    'foo=1; return=minimal',
    'no-return=minimal',
  ])('does not ask for a minimal response with %j', (header) => {
    expect(prefersMinimal(header)).toBe(false);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('return', 'minimal', '=', '"', ',', ';', ' ') }),
        (text) => {
          if (prefersMinimal(text)) expect(text).toMatch(/return\s*=/);
        },
      ),
    );
  });
});
