import * as z from 'zod/mini';
import { type FieldErrors, ProblemError } from './problem.ts';

/**
 * Parses a JSON body. A string in it must be well-formed: JSON can escape a lone surrogate, and UTF-8 has no bytes for
 * one, so the table would have another string.
 * @throws {ProblemError} 400 with all errors of the body, by the name of the field
 * @example resourceRoute({ store: createNoteStore, body: (json) => parseBody(newNoteSchema, json) }, …)
 */
export function parseBody<Output extends object>(schema: z.ZodMiniType<Output>, body: unknown): Output {
  const result = z.safeParse(schema, body);
  if (!result.success) {
    const { formErrors, fieldErrors } = z.flattenError(result.error);
    throw new ProblemError('invalid_request', formErrors[0] ?? INVALID, {
      ...(formErrors.length === 0 && { fieldErrors: fieldErrors as FieldErrors }),
    });
  }
  const malformed = Object.entries(result.data).filter(([, value]) => !isWellFormed(value));
  if (malformed.length > 0) {
    const fieldErrors = Object.fromEntries(
      malformed.map(([name]) => [name, ['must be well-formed Unicode']]),
    );
    throw new ProblemError('invalid_request', INVALID, { fieldErrors });
  }
  return result.data;
}

const INVALID = 'The body is invalid.';

function isWellFormed(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([name, member]) => name.isWellFormed() && isWellFormed(member));
}
