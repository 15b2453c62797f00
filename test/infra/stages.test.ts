import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import {
  createStack,
  everySetting,
  production,
  type StackSettings,
  synthesizeTemplate,
} from '../support/stack.ts';

interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

const REGION_OF_CREDENTIALS = `$\{AWS::Region}`;

/** Properties that look like the name of a resource, and are a reference to another one or a name within one. */
const noNameOfItsOwn = new Set([
  'AWS::ApiGateway::Authorizer Name',
  'AWS::ApiGateway::BasePathMapping DomainName',
  'AWS::ApiGateway::Stage StageName',
  'AWS::CloudWatch::Alarm MetricName',
  'AWS::CodeDeploy::DeploymentGroup ApplicationName',
  'AWS::CodeDeploy::DeploymentGroup DeploymentConfigName',
  'AWS::IAM::Policy PolicyName',
  'AWS::Lambda::Alias FunctionName',
  'AWS::Lambda::Alias Name',
  'AWS::Lambda::Permission FunctionName',
  'AWS::Lambda::Version FunctionName',
  'AWS::Logs::MetricFilter LogGroupName',
  'AWS::Lambda::EventInvokeConfig FunctionName',
]);

/** The explicit names in a template: `type property name`. CloudFormation makes every other name unique. */
function explicitNames(settings: StackSettings): string[] {
  const { Resources } = synthesizeTemplate(settings).toJSON() as { Resources: Record<string, Resource> };
  return Object.values(Resources)
    .flatMap(({ Type, Properties = {} }) =>
      Object.entries(Properties)
        .filter(([property]) => /Name$/.test(property))
        .map(([property, value]) => [`${Type} ${property}`, textOf(value)] as const),
    )
    .filter(([property]) => !noNameOfItsOwn.has(property))
    .map((each) => each.join(' '))
    .sort();
}

/** A value with its references as in `Fn::Sub`, without the hash in a logical id. */
function textOf(value: unknown): string {
  const join = (value as { 'Fn::Join'?: [string, (string | { Ref: string })[]] })['Fn::Join'];
  if (join === undefined) return String(value);
  const [separator, parts] = join;
  return parts
    .map((part) => (typeof part === 'string' ? part : `\${${part.Ref.replace(/[0-9A-F]{8}$/, '')}}`))
    .join(separator);
}

describe('a stage', () => {
  const kept = { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' };
  const removed = { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' };

  it('of production keeps its data and logs when the stack is deleted', () => {
    const { stack } = createStack(production);
    const prod = Template.fromStack(stack);
    expect(stack.terminationProtection).toBe(true);
    prod.hasResource('AWS::DynamoDB::Table', {
      ...kept,
      Properties: {
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: { SSEEnabled: true },
      },
    });
    // A first deployment that fails leaves no log group behind. It does leave the table: CloudFormation cannot delete a
    // protected table, and a rollback that fails is worse than an empty table.
    prod.allResources('AWS::Logs::LogGroup', {
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    });
    prod.allResources('AWS::Logs::LogGroup', { Properties: { RetentionInDays: 90 } });
  });

  it.each(['sandbox', 'dev-anna', 'dev-pr-7'])('that is a sandbox (%s) is deleted as a whole', (stage) => {
    const { stack } = createStack({ stage });
    const sandbox = Template.fromStack(stack);
    expect(stack.terminationProtection).toBe(false);
    sandbox.hasResource('AWS::DynamoDB::Table', {
      ...removed,
      Properties: { DeletionProtectionEnabled: false },
    });
    sandbox.allResources('AWS::Logs::LogGroup', { ...removed, Properties: { RetentionInDays: 7 } });
  });

  it('is pinned to an account and a region by its settings', () => {
    const placeOf = (settings: StackSettings) => createStack(settings).stack.environment;
    expect(placeOf(production)).toBe('aws://123456789012/eu-central-1');
    expect(placeOf({})).toBe('aws://unknown-account/unknown-region');
    expect(placeOf({ AWS_REGION: 'eu-west-1' })).toBe('aws://unknown-account/eu-west-1');
  });

  it.each([
    ['a sandbox', {}, { stage: 'sandbox', region: REGION_OF_CREDENTIALS }],
    ['production', production, { stage: 'prod', region: 'eu-central-1' }],
    [
      'production with every setting',
      everySetting,
      {
        stage: 'prod',
        region: 'eu-central-1',
        further: [
          'AWS::ApiGateway::DomainName DomainName api.example.com',
          'AWS::Route53::RecordSet Name api.example.com.',
          'AWS::WAFv2::WebACL Name todo-api-prod',
        ],
      },
    ],
  ])('has no explicit name that another stage or region has: %s', (_name, settings, names) => {
    const { stage, region, further = [] } = { further: [], ...names };
    expect(explicitNames(settings)).toEqual(
      [
        // All dashboards of an account share one list of names.
        `AWS::CloudWatch::Dashboard DashboardName todo-api-${stage}-${region}`,
        `AWS::ApiGateway::RestApi Name todo-api-${stage}`,
        `AWS::Logs::LogGroup LogGroupName API-Gateway-Execution-Logs_\${ApiRestApi}/${stage}`,
        ...further,
      ].sort(),
    );
  });

  it('has its addresses, and what operators need to know, as outputs', () => {
    expect(Object.keys(synthesizeTemplate({}).findOutputs('*')).sort()).toEqual([
      'ApiUrl',
      'Auth0Domain',
      'DashboardUrl',
      'DocsUrl',
      'OperationsLogName',
      'RestApiId',
      'TableName',
    ]);
  });

  it('runs its functions on the processor of the settings, and on the cheaper one by default', () => {
    for (const [settings, architecture] of [
      [{}, 'arm64'],
      [{ ARCHITECTURE: 'x86_64' }, 'x86_64'],
    ] as const) {
      synthesizeTemplate(settings).allResourcesProperties('AWS::Lambda::Function', {
        Architectures: [architecture],
      });
    }
  });
});
