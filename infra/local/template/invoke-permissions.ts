import type { FunctionSpec } from '../deployment-spec.ts';
import { matchesWildcards } from '../gateway/iam-policy.ts';
import type { Resource } from './resources.ts';
import { TemplateError } from './template-error.ts';

export interface InvokePermissions {
  /**
   * Gives the logical id of the function in the URI of an integration or authorizer.
   *
   * @param caller the logical id of the method or authorizer
   * @param source the end of the source ARN: `<stage>/<verb><path>` or `authorizers/<id>`
   * @throws {TemplateError} if the template has no such function, or API Gateway may not invoke it
   */
  require(caller: string, uri: string, source: string): string;
}

/** Makes the check of API Gateway's permissions. Without a matching permission, the response on AWS is a 500. */
export function createInvokePermissions(options: {
  functions: FunctionSpec[];
  permissions: Permission[];
  executeApiArn: string;
}): InvokePermissions {
  const { functions, permissions, executeApiArn } = options;

  return {
    require: (caller, uri, source) =>
      requireInvocable({
        functions,
        permissions,
        caller,
        functionArn: /:lambda:path\/2015-03-31\/functions\/(.+)\/invocations$/.exec(uri)?.[1] ?? uri,
        principal: 'apigateway.amazonaws.com',
        sourceArn: `${executeApiArn}/${source}`,
      }),
  };
}

type Permission = Resource<'AWS::Lambda::Permission'>;

/**
 * Gives the logical id of the function with an ARN, if the principal may invoke it for the source.
 *
 * @param options.caller the logical id of the resource that invokes it
 * @throws {TemplateError} if the template has no such function, or no permission for it
 */
export function requireInvocable(options: {
  functions: FunctionSpec[];
  permissions: Permission[];
  caller: string;
  functionArn: string;
  principal: string;
  sourceArn: string;
}): string {
  const { functions, permissions, caller, functionArn, principal, sourceArn } = options;
  const target = functions.find(
    ({ arn, aliasArns }) => arn === functionArn || aliasArns.includes(functionArn),
  );
  if (target === undefined) throw new TemplateError(`${caller}: the template has no function ${functionArn}`);

  const isPermitted = permissions.some(
    ({ properties: { Action, FunctionName, Principal, SourceArn } }) =>
      // A permission for the function is not valid for its alias, and vice versa.
      (FunctionName === functionArn || (FunctionName === target.name && functionArn === target.arn)) &&
      (Action === 'lambda:InvokeFunction' || Action === 'lambda:*') &&
      Principal === principal &&
      (SourceArn === undefined || matchesWildcards(SourceArn, sourceArn)),
  );
  if (!isPermitted) {
    throw new TemplateError(
      `${caller}: no AWS::Lambda::Permission allows ${principal} to invoke ${target.logicalId}`,
    );
  }
  return target.logicalId;
}
