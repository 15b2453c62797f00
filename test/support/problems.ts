import { expect } from 'vitest';
import { type FieldErrors, ProblemError, type ProblemKind } from '../../functions/http/problem.ts';

/** Gives the ProblemError that `act` throws. Any other error is thrown again. */
export function problemOf(act: () => unknown): ProblemError {
  try {
    act();
  } catch (error) {
    if (error instanceof ProblemError) return error;
    throw error;
  }
  throw new Error('No error was thrown.');
}

/** Expects a ProblemError of this kind, with exactly these field errors. */
export function expectProblem(act: () => unknown, kind: ProblemKind, fieldErrors?: FieldErrors): void {
  const { kind: actualKind, fieldErrors: actualErrors } = problemOf(act);
  expect({ kind: actualKind, fieldErrors: actualErrors }).toEqual({ kind, fieldErrors });
}
