export type PolicyDecision = 'Allow' | 'ExplicitDeny' | 'ImplicitDeny';

/** API Gateway cannot use the result of the authorizer. The response is a 500, not a denial. */
export class AuthorizerConfigurationError extends Error {
  override name = 'AuthorizerConfigurationError';
}

const INVOKE_ACTION = 'execute-api:invoke';
const statementElements = new Set(['Sid', 'Effect', 'Action', 'Resource']);

/**
 * Evaluates an authorizer's policy. An explicit Deny wins over an Allow. Without both, the denial is implicit.
 * Source: IAM guide, "Policy evaluation logic"
 *
 * @param policyDocument as the authorizer returned it
 * @param methodArn `arn:aws:execute-api:<region>:<account>:<api>/<stage>/<verb>/<path>`
 * @throws {AuthorizerConfigurationError} when the document is malformed, or has an element (NotAction, NotResource,
 *   Condition, Principal, …) that is not implemented here
 */
export function evaluatePolicy(policyDocument: unknown, methodArn: string): PolicyDecision {
  if (!isRecord(policyDocument)) throw new AuthorizerConfigurationError('policyDocument is not an object');
  const { Statement } = policyDocument;
  if (Statement === undefined) throw new AuthorizerConfigurationError('policyDocument has no Statement');

  let decision: PolicyDecision = 'ImplicitDeny';
  // The loop has no early exit, so that it finds each malformed statement.
  for (const statement of Array.isArray(Statement) ? Statement : [Statement]) {
    const { effect, actions, resources } = parseStatement(statement);
    const applies =
      actions.some((action) => matchesWildcards(action.toLowerCase(), INVOKE_ACTION)) &&
      resources.some((resource) => matchesWildcards(resource, methodArn));
    if (!applies || decision === 'ExplicitDeny') continue;
    decision = effect === 'Deny' ? 'ExplicitDeny' : 'Allow';
  }
  return decision;
}

/**
 * Whether a text matches a pattern of IAM. `*` matches any characters, and `?` matches one.
 * Only the last `*` is tried again, so the number of steps is at most the product of both lengths.
 */
export function matchesWildcards(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let retryFrom = 0;
  while (t < text.length) {
    if (pattern[p] === '*') {
      star = p++;
      retryFrom = t;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++retryFrom;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}

function parseStatement(statement: unknown): {
  effect: 'Allow' | 'Deny';
  actions: string[];
  resources: string[];
} {
  if (!isRecord(statement)) throw new AuthorizerConfigurationError('a policy statement is not an object');
  const unknown = Object.keys(statement).find((element) => !statementElements.has(element));
  if (unknown !== undefined) {
    throw new AuthorizerConfigurationError(`policy element ${unknown} is not implemented locally`);
  }
  const { Effect, Action, Resource } = statement;
  if (Effect !== 'Allow' && Effect !== 'Deny') {
    throw new AuthorizerConfigurationError('the Effect of a policy statement is neither Allow nor Deny');
  }
  return {
    effect: Effect,
    actions: parseStrings(Action, 'Action'),
    resources: parseStrings(Resource, 'Resource'),
  };
}

function parseStrings(value: unknown, element: string): string[] {
  const values: unknown[] = Array.isArray(value) ? value : [value];
  if (!values.every((item) => typeof item === 'string')) {
    throw new AuthorizerConfigurationError(
      `the ${element} of a policy statement is not a string or a list of strings`,
    );
  }
  return values;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
