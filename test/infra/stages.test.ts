import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { createStack, synthesizeTemplate } from '../support/stack.ts';

interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** Types with names that must be unique only within an API or a role, or that are names of metrics. */
const namedWithinAnother = new Set([
  'AWS::ApiGateway::Authorizer',
  'AWS::CloudWatch::Alarm',
  'AWS::IAM::Policy',
]);

describe('a stage', () => {
  const kept = { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' };
  const removed = { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' };

  it('of production keeps its data and logs when the stack is deleted', () => {
    const { stack } = createStack({ stage: 'prod' });
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
    prod.allResources('AWS::Logs::LogGroup', { ...kept, Properties: { RetentionInDays: 90 } });
  });

  it.each(['sandbox', 'dev-anna'])('that is a sandbox (%s) is deleted as a whole', (stage) => {
    const { stack } = createStack({ stage });
    const sandbox = Template.fromStack(stack);
    expect(stack.terminationProtection).toBe(false);
    sandbox.hasResource('AWS::DynamoDB::Table', {
      ...removed,
      Properties: { DeletionProtectionEnabled: false },
    });
    sandbox.allResources('AWS::Logs::LogGroup', { ...removed, Properties: { RetentionInDays: 7 } });
  });

  it('shares no physical name with another stage', () => {
    const namesIn = (stage: string) =>
      Object.values(synthesizeTemplate({ stage }).toJSON().Resources as Record<string, Resource>)
        .filter(({ Type }) => !namedWithinAnother.has(Type))
        .flatMap(({ Properties = {} }) => Object.entries(Properties))
        .filter(([property, value]) => /Name$/.test(property) && typeof value === 'string')
        .map(([, name]) => name);
    const names = new Set(namesIn('sandbox'));
    expect(namesIn('prod').filter((name) => names.has(name))).toEqual([]);
  });

  it('has its addresses and the name of its table as outputs', () => {
    expect(Object.keys(synthesizeTemplate({}).findOutputs('*')).sort()).toEqual([
      'ApiUrl',
      'DashboardUrl',
      'DocsUrl',
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
