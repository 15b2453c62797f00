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
  permissions: Resource<'AWS::Lambda::Permission'>[];
  executeApiArn: string;
}): InvokePermissions {
  const { functions, permissions, executeApiArn } = options;

  return {
    require: (caller, uri, source) => {
      const arn = /:lambda:path\/2015-03-31\/functions\/(.+)\/invocations$/.exec(uri)?.[1];
      const target = functions.find((candidate) => candidate.arn === arn);
      if (target === undefined)
        throw new TemplateError(`${caller}: ${uri} names no function of the template`);

      const sourceArn = `${executeApiArn}/${source}`;
      const permitted = permissions.some(
        ({ properties: { Action, FunctionName, Principal, SourceArn } }) =>
          (FunctionName === target.arn || FunctionName === target.name) &&
          (Action === 'lambda:InvokeFunction' || Action === 'lambda:*') &&
          Principal === 'apigateway.amazonaws.com' &&
          (SourceArn === undefined || matchesWildcards(SourceArn, sourceArn)),
      );
      if (!permitted) {
        throw new TemplateError(
          `${caller}: no AWS::Lambda::Permission lets API Gateway invoke ${target.logicalId}`,
        );
      }
      return target.logicalId;
    },
  };
}
