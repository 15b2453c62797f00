import { readFileSync } from 'node:fs';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { createStack, everySetting } from '../support/stack.ts';

interface Resource {
  // biome-ignore lint/suspicious/noExplicitAny: properties differ by resource type
  readonly Properties: any;
}

const runbook = readFileSync(new URL('../../infra/RUNBOOK.md', import.meta.url), 'utf8');
const sections = [...runbook.matchAll(/^## (.+)$/gm)].map(([, name = '']) => name.toLowerCase());

const template = Template.fromStack(createStack(everySetting).stack);
const alarms = (Object.values(template.findResources('AWS::CloudWatch::Alarm')) as Resource[]).map(
  ({ Properties }) => Properties,
);
const anchorOf = (alarm: Resource['Properties']) =>
  / See infra\/RUNBOOK\.md#(\w+)$/.exec(alarm.AlarmDescription)?.[1] ?? '';

describe('each alarm', () => {
  it('says what happened, on which stage, and which section of the runbook says what to do', () => {
    expect(alarms.length).toBeGreaterThan(5);
    for (const alarm of alarms) {
      expect(alarm.AlarmDescription).toMatch(/^todo-api-prod: .+\. See /);
      expect(sections).toContain(anchorOf(alarm));
    }
  });

  it('has a section, and each section an alarm', () => {
    expect([...new Set(alarms.map(anchorOf))].sort()).toEqual(sections.toSorted());
  });

  it('tells the topic when it rings and when it is over, and keeps quiet without traffic', () => {
    for (const { AlarmActions, OKActions, TreatMissingData } of alarms) {
      expect(AlarmActions).toEqual(OKActions);
      expect(AlarmActions).toHaveLength(1);
      expect(TreatMissingData).toBe('notBreaching');
    }
  });
});

describe('the topic of alarms', () => {
  it('is encrypted, refuses plain http, lets CloudWatch publish, and tells the address that is set', () => {
    template.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: everySetting.ALARM_EMAIL,
    });
    const [topic] = Object.values(template.findResources('AWS::SNS::Topic')) as Resource[];
    expect(topic?.Properties.KmsMasterKeyId).toBeDefined();
    const [policy] = Object.values(template.findResources('AWS::SNS::TopicPolicy')) as Resource[];
    expect(policy?.Properties.PolicyDocument.Statement).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          Effect: 'Deny',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
        expect.objectContaining({
          Effect: 'Allow',
          Action: 'sns:Publish',
          Principal: { Service: 'cloudwatch.amazonaws.com' },
        }),
      ]),
    );
    const [key] = Object.values(template.findResources('AWS::KMS::Key')) as Resource[];
    expect(JSON.stringify(key?.Properties.KeyPolicy)).toContain('cloudwatch.amazonaws.com');
  });
});

describe('the dashboard', () => {
  it('shows every metric of the functions', () => {
    const [dashboard] = Object.values(template.findResources('AWS::CloudWatch::Dashboard')) as Resource[];
    const body = JSON.stringify(dashboard?.Properties.DashboardBody);
    for (const name of [
      'RouteLatency',
      'Conflicts',
      'Authorizations',
      'SignIns',
      'UserinfoRequests',
      'JwksRequests',
    ])
      expect(body).toContain(name);
  });
});

describe('a release', () => {
  it('moves a tenth of the calls first, and goes back when an alarm rings', () => {
    const functions = Object.keys(template.findResources('AWS::Lambda::Alias'));
    const groups = Object.values(template.findResources('AWS::CodeDeploy::DeploymentGroup')) as Resource[];
    expect(groups).toHaveLength(functions.length);
    for (const { Properties } of groups) {
      expect(Properties).toMatchObject({
        DeploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
        AlarmConfiguration: { Enabled: true },
        AutoRollbackConfiguration: {
          Enabled: true,
          Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM'],
        },
      });
      expect(Properties.AlarmConfiguration.Alarms.length).toBeGreaterThanOrEqual(2);
    }
  });
});
