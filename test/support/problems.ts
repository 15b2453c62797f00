import { expect } from 'vitest';
import { type FieldErrors, ProblemError, type ProblemKind } from '../../functions/http/problem.ts';

/** What `act` throws, which must be a ProblemError. */
export function problemOf(act: () => unknown): ProblemError {
  try {
    act();
  } catch (error) {
    if (error instanceof ProblemError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** Expects a refusal of this kind, with these faults and no other. */
export function expectProblem(act: () => unknown, kind: ProblemKind, fieldErrors?: FieldErrors): void {
  const { kind: actualKind, fieldErrors: actualErrors } = problemOf(act);
  expect({ kind: actualKind, fieldErrors: actualErrors }).toEqual({ kind, fieldErrors });
}
