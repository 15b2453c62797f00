import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { routes } from '../../functions/routes.ts';
import { production, synthesizeTemplate } from '../support/stack.ts';

interface Resource {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  // biome-ignore lint/suspicious/noExplicitAny: properties differ by resource type
  readonly Properties: any;
}

const gradual = synthesizeTemplate({ ...production, CANARY: 'true' });
const direct = synthesizeTemplate({ ...production, CANARY: 'false' });

const resources = (template: Template) => template.toJSON().Resources as Readonly<Record<string, Resource>>;
const ofType = (template: Template, type: string) =>
  Object.entries(resources(template)).filter(([, { Type }]) => Type.startsWith(type));
const withoutHash = (logicalId: string) => logicalId.replace(/[0-9A-F]{8}$/, '');

/** What a URI of API Gateway invokes. It ends with the ARN and `/invocations`. */
function targetOf(uri: { 'Fn::Join': [string, unknown[]] }): string {
  const arn = uri['Fn::Join'][1].at(-2) as { Ref?: string; 'Fn::GetAtt'?: [string, 'Arn'] };
  return arn.Ref === undefined
    ? `function ${withoutHash(String(arn['Fn::GetAtt']?.[0]))}`
    : `alias ${withoutHash(arn.Ref)}`;
}

/** What the authorizer and the methods invoke. */
function invoked(template: Template): string[] {
  const authorizers = ofType(template, 'AWS::ApiGateway::Authorizer').map(
    ([, { Properties }]) => Properties.AuthorizerUri,
  );
  const methods = ofType(template, 'AWS::ApiGateway::Method')
    .map(([, { Properties }]) => Properties.Integration)
    .filter(({ Type }) => Type === 'AWS_PROXY')
    .map(({ Uri }) => Uri);
  return [...new Set([...authorizers, ...methods].map(targetOf))].sort();
}

/** The functions that API Gateway invokes. */
const functionIds = ['authorizer', ...routes.map(({ id }) => id)].sort();

/**
 * An alarm that already rings stops the deployment of its own fix. Source:
 * https://github.com/aws/serverless-application-model/issues/716
 */
describe('a deployment with CANARY=false, when an alarm stops every release', () => {
  it('makes the authorizer and all methods invoke the functions themselves', () => {
    expect(invoked(gradual)).toEqual(functionIds.map((id) => `alias ${id}Released`).sort());
    expect(invoked(direct)).toEqual(functionIds.map((id) => `function ${id}`));
  });

  it('has no deployment group, and so no alarm that can stop it', () => {
    expect(ofType(gradual, 'AWS::CodeDeploy::DeploymentGroup')).toHaveLength(functionIds.length);
    expect(ofType(direct, 'AWS::CodeDeploy::')).toEqual([]);
    expect(ofType(direct, 'AWS::Lambda::Alias')).toEqual([]);
  });

  it('deploys the API again, because the stage would go on invoking the aliases', () => {
    const [[before], [after]] = [gradual, direct].map((template) =>
      ofType(template, 'AWS::ApiGateway::Deployment').map(([id]) => id),
    ) as [string[], string[]];
    expect(before).toMatch(/^ApiRestApiDeployment/);
    expect(after).not.toBe(before);
    const [[, stage]] = ofType(direct, 'AWS::ApiGateway::Stage') as [[string, Resource]];
    expect(stage.Properties.DeploymentId).toEqual({ Ref: after });
  });

  it('lets API Gateway invoke the functions', () => {
    const permitted = ofType(direct, 'AWS::Lambda::Permission')
      .filter(([, { Properties }]) => Properties.Principal === 'apigateway.amazonaws.com')
      .map(([, { Properties }]) => withoutHash(Properties.FunctionName['Fn::GetAtt'][0]));
    expect([...new Set(permitted)].sort()).toEqual(functionIds);
  });

  it('keeps the functions, the table and the logs, and so does CANARY=true afterwards', () => {
    const [on, off] = [resources(gradual), resources(direct)];
    const onlyIn = (one: typeof on, other: typeof on) =>
      new Set(
        Object.keys(one)
          .filter((id) => other[id] === undefined)
          .map((id) => one[id]?.Type),
      );
    expect([...onlyIn(on, off)].sort()).toEqual([
      'AWS::ApiGateway::Deployment',
      'AWS::CloudWatch::Alarm',
      'AWS::CodeDeploy::Application',
      'AWS::CodeDeploy::DeploymentGroup',
      'AWS::IAM::Role',
      'AWS::Lambda::Alias',
      'AWS::Lambda::Permission',
      'AWS::Lambda::Version',
    ]);
    expect([...onlyIn(off, on)].sort()).toEqual(['AWS::ApiGateway::Deployment', 'AWS::Lambda::Permission']);
    // CANARY=true publishes the code again. Lambda publishes the same code only once, so no version may be kept.
    for (const [, { DeletionPolicy }] of ofType(gradual, 'AWS::Lambda::Version'))
      expect(DeletionPolicy).toBeUndefined();
  });
});
