import type { RouteId } from '../../functions/routes.ts';
import { docsOperations } from './docs-operations.ts';
import type { OperationDetails } from './operation.ts';
import { todoOperations } from './todo-operations.ts';
import { userOperations } from './user-operations.ts';

/** What the document says of some routes beyond the route table: descriptions, special responses and examples. */
export const operations: Readonly<Partial<Record<RouteId, OperationDetails>>> = {
  ...todoOperations,
  ...userOperations,
  ...docsOperations,
};
