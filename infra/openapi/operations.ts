import type { RouteId } from '../../functions/routes.ts';
import { docsOperations } from './docs-operations.ts';
import type { Operation } from './operation.ts';
import { todoOperations } from './todo-operations.ts';
import { userOperations } from './user-operations.ts';

/** What the document says of each route. A route that is missing here does not compile. */
export const operations: Readonly<Record<RouteId, Operation>> = {
  ...todoOperations,
  ...userOperations,
  ...docsOperations,
};
