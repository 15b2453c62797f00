import { LOGICAL_ID_HASH_LENGTH } from '../../../infra/local/deploy.ts';
import type { FunctionSpec } from '../../../infra/local/deployment-spec.ts';
import { matchesWildcards } from '../../../infra/local/gateway/iam-policy.ts';

/** A function, its action and the resource, such as `listTodos dynamodb:Query table/Todos/index/byDay`. */
export type Access = string;

export function toAccess(spec: Pick<FunctionSpec, 'logicalId'>, action: string, resourceArn: string): Access {
  const functionId = spec.logicalId.slice(0, -LOGICAL_ID_HASH_LENGTH);
  return `${functionId} ${action} ${resourceArn.replace(/^arn:aws:dynamodb:[^:]+:\d+:/, '')}`;
}

/** Whether the policies of a function's role allow the action on the resource. */
export function isGranted({ allowedActions }: FunctionSpec, action: string, resourceArn: string): boolean {
  return allowedActions.some(
    ({ actions, resources }) =>
      actions.some((pattern) => matchesWildcards(pattern.toLowerCase(), action.toLowerCase())) &&
      resources.some((pattern) => matchesWildcards(pattern, resourceArn)),
  );
}

/** Every access to DynamoDB that the template grants. */
export function grantedAccess(functions: readonly FunctionSpec[]): Access[] {
  return functions.flatMap((spec) =>
    spec.allowedActions.flatMap(({ actions, resources }) =>
      actions
        .filter((action) => action.startsWith('dynamodb:'))
        .flatMap((action) => resources.map((resource) => toAccess(spec, action, resource))),
    ),
  );
}

/** Gives the accesses that were used without a grant, and the grants that were never used. */
export function compareAccess(
  granted: readonly Access[],
  used: readonly Access[],
): { missing: Access[]; superfluous: Access[] } {
  const without = (some: readonly Access[], others: readonly Access[]) =>
    [...new Set(some)].filter((access) => !others.includes(access)).sort();
  return { missing: without(used, granted), superfluous: without(granted, used) };
}
