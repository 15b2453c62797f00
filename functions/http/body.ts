import * as z from 'zod/mini';
import { type FieldErrors, ProblemError } from './problem.ts';

/**
 * Parses a JSON body.
 * @throws {ProblemError} 400 with all errors of the body, by the name of the field
 * @example const fields = parseBody(newNoteSchema, request.json());
 */
export function parseBody<Output>(schema: z.ZodMiniType<Output>, body: unknown): Output {
  const result = z.safeParse(schema, body);
  if (result.success) return result.data;

  const { formErrors, fieldErrors } = z.flattenError(result.error);
  throw new ProblemError('invalid_request', formErrors[0] ?? 'The body is invalid.', {
    ...(formErrors.length === 0 && { fieldErrors: fieldErrors as FieldErrors }),
  });
}
