import type { FunctionSpec } from '../deployment-spec.ts';
import { matchesWildcards } from '../gateway/iam-policy.ts';
import type { Resource } from './resources.ts';
import { TemplateError } from './template-error.ts';

export interface InvokePermissions {
  /**
   * The logical id of the function that an integration or authorizer URI names.
   *
   * @param caller logical id of the method or authorizer
   * @param source what calls: `<stage>/<verb><path>` or `authorizers/<id>`
   * @throws TemplateError if it names none of the template's, or one that API Gateway may not invoke so
   */
  require(caller: string, uri: string, source: string): string;
}

/** Without a permission whose SourceArn matches, AWS answers every such call with a 500. */
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
 * The logical id of the function with the ARN, which the principal may invoke on behalf of the source.
 *
 * @param options.caller logical id of the resource that invokes it
 * @throws TemplateError if the template has no such function, or no permission for it
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
  if (target === undefined)
    throw new TemplateError(`${caller}: ${functionArn} names no function of the template`);

  const isPermitted = permissions.some(
    ({ properties: { Action, FunctionName, Principal, SourceArn } }) =>
      // A permission on the function is none on its alias, nor the other way round.
      (FunctionName === functionArn || (FunctionName === target.name && functionArn === target.arn)) &&
      (Action === 'lambda:InvokeFunction' || Action === 'lambda:*') &&
      Principal === principal &&
      (SourceArn === undefined || matchesWildcards(SourceArn, sourceArn)),
  );
  if (!isPermitted) {
    throw new TemplateError(
      `${caller}: no AWS::Lambda::Permission lets ${principal} invoke ${target.logicalId}`,
    );
  }
  return target.logicalId;
}
