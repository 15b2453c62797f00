import type { FieldErrors } from '../../functions/http/problem.ts';
import { type ProblemKind, problemKinds, problemType } from '../../functions/http/problem-kinds.ts';

/** Stands for the path of the docs page, which the deployment decides. `describeApi` fills it in. */
export const DOCS_PATH = '{{docs}}';

/**
 * A problem as the document shows it.
 * @example exampleProblem('not_found', 'There is no such todo.')
 */
export function exampleProblem(kind: ProblemKind, detail: string, errors?: FieldErrors) {
  return {
    type: problemType(DOCS_PATH, kind),
    ...problemKinds[kind],
    detail,
    request_id: '7d0f0a2e-6d0b-4b7e-9c9e-2f1f4a3b5c6d',
    ...(errors && { errors }),
  };
}
