import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { product } from '../../functions/product.ts';
import { DeployRoleStack } from '../../infra/github/deploy-role.ts';
import { createStack, everySetting, production, type StackSettings } from '../support/stack.ts';

interface Report {
  readonly pluginReports: readonly {
    readonly violations: readonly {
      readonly ruleName: string;
      readonly violatingConstructs: readonly { readonly constructPath: string }[];
    }[];
  }[];
}

interface Resource {
  readonly Type: string;
  readonly Properties: { readonly HttpMethod?: string; readonly AuthorizationType?: string };
  readonly Metadata?: {
    readonly cdk_nag?: {
      readonly rules_to_suppress: readonly { readonly id: string; readonly reason: string }[];
    };
  };
}

/** The findings of the AwsSolutions pack with its warnings, as `rule path`. Acknowledged ones are in the template. */
function findingsIn(app: App): string[] {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app, { writeSuppressionsToCloudFormation: true }));
  try {
    app.synth();
  } catch (error) {
    if ((error as Error).name !== 'ValidationFailed') throw error;
  }
  const report: Report = JSON.parse(readFileSync(join(app.outdir, 'validation-report.json'), 'utf8'));
  return report.pluginReports
    .flatMap(({ violations }) => violations)
    .flatMap(({ ruleName, violatingConstructs }) =>
      violatingConstructs.map(({ constructPath }) => `${ruleName} ${constructPath}`),
    );
}

describe('the AwsSolutions pack of cdk-nag', () => {
  const title = 'has only findings in %s that are acknowledged with a reason';
  const expectNothingElse = (_name: string, settings: StackSettings) => {
    const { app, stack } = createStack(settings);
    expect(findingsIn(app)).toEqual([]);

    const file = join(app.outdir, stack.templateFile);
    const { Resources } = JSON.parse(readFileSync(file, 'utf8')) as { Resources: Record<string, Resource> };
    const acknowledged = Object.values(Resources).flatMap((resource) =>
      (resource.Metadata?.cdk_nag?.rules_to_suppress ?? []).map(({ id, reason }) => ({
        id,
        reason,
        resource,
      })),
    );
    expect(acknowledged.length).toBeGreaterThan(0);
    for (const { reason } of acknowledged) expect(reason).toMatch(/\w{3}.*[.:]/);

    // APIG4 is the rule that every method has an authorizer. test/infra/routes.test.ts names these six.
    const unauthorized = acknowledged
      .filter(({ id, resource }) => id.includes('APIG4') && resource.Type === 'AWS::ApiGateway::Method')
      .map(({ resource }) => resource);
    expect(unauthorized.map(({ Properties }) => Properties.HttpMethod).sort()).toEqual([
      ...['GET', 'GET', 'GET', 'GET'],
      ...['HEAD', 'HEAD', 'HEAD', 'HEAD'],
    ]);
  };
  it.each([['production with every setting', everySetting]])(title, expectNothingElse);
  it.each([
    ['a sandbox', {}],
    ['production', production],
  ])(title, { tags: 'long' }, expectNothingElse);

  it('has no findings in the role that GitHub assumes', () => {
    const app = new App();
    new DeployRoleStack(app, { repository: 'octo-org/todo-api', environment: 'prod', createsProvider: true });
    expect(findingsIn(app)).toEqual([]);
  });

  it('reports a finding that is not acknowledged', () => {
    const { app, stack } = createStack();
    new Topic(stack, 'Plain');
    expect(findingsIn(app)).toEqual([expect.stringContaining(`SNS3 ${product.name}-sandbox/Plain`)]);
  });
});
