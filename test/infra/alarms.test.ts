import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { metrics } from '../../functions/observability/metrics.ts';
import { product } from '../../functions/product.ts';
import { everySetting, synthesizeTemplate } from '../support/stack.ts';

interface Resource {
  // biome-ignore lint/suspicious/noExplicitAny: properties differ by resource type
  readonly Properties: any;
}

const runbook = readFileSync(new URL('../../infra/RUNBOOK.md', import.meta.url), 'utf8');
const readme = readFileSync(new URL('../../infra/README.md', import.meta.url), 'utf8');
/** The sections about alarms. The names of the others have several words. */
const sections = [...runbook.matchAll(/^## ((?:[A-Z][a-z]+){2,})$/gm)].map(([, name = '']) =>
  name.toLowerCase(),
);

const template = synthesizeTemplate(everySetting);
const alarms = (Object.values(template.findResources('AWS::CloudWatch::Alarm')) as Resource[]).map(
  ({ Properties }) => Properties,
);
const anchorOf = (alarm: Resource['Properties']) =>
  / See infra\/RUNBOOK\.md#(\w+)$/.exec(alarm.AlarmDescription)?.[1] ?? '';

/** Metric, statistic, period in seconds, threshold, and how many of how many values must be breaching. */
const decisions = {
  AuthorizerFailures: ['AuthorizerFailures', 'Sum', 60, 3, '2 of 5'],
  InternalErrors: ['InternalErrors', 'Sum', 300, 3, '1 of 1'],
  LambdaThrottles: ['Throttles', 'Sum', 300, 1, '2 of 3'],
  ReadThrottles: ['ReadThrottleEvents', 'Sum', 300, 10, '2 of 3'],
  ReleaseErrors: ['Errors', 'Sum', 60, 3, '2 of 5'],
  ServerErrors: ['5XXError', 'Average', 60, 0.01, '2 of 5'],
  SlowResponses: ['Latency', 'p99', 300, 3_000, '3 of 3'],
  SweepFailures: ['Errors', 'Sum', 3_600, 1, '2 of 3'],
  SweepStopped: ['Invocations', 'Sum', 300, 1, '24 of 24'],
  ThrottledRequests: ['ThrottledRequests', 'Sum', 300, 100, '1 of 1'],
  UserinfoRateLimited: ['UserinfoRateLimited', 'Sum', 300, 10, '1 of 1'],
  WriteThrottles: ['WriteThrottleEvents', 'Sum', 300, 10, '2 of 3'],
};

describe('the alarms', () => {
  it('are these, with their thresholds', () => {
    const definitions = alarms.map((alarm) => [
      anchorOf(alarm),
      [
        alarm.MetricName,
        alarm.Statistic ?? alarm.ExtendedStatistic,
        alarm.Period,
        alarm.Threshold,
        `${alarm.DatapointsToAlarm} of ${alarm.EvaluationPeriods}`,
      ],
    ]);
    const expected = Object.entries(decisions).map(([name, decision]) => [name.toLowerCase(), decision]);
    expect(Object.fromEntries(definitions)).toEqual(Object.fromEntries(expected));
  });

  it('say what happened and on which stage, and name their section of the runbook', () => {
    for (const { AlarmDescription } of alarms) {
      expect(AlarmDescription).toMatch(
        new RegExp(`^${product.name}-prod: [A-Z].+\\. See infra/RUNBOOK\\.md#\\w+$`),
      );
    }
    expect(sections).toEqual(
      expect.arrayContaining(Object.keys(decisions).map((name) => name.toLowerCase())),
    );
  });

  it('notify one topic when they go off and when they are over', () => {
    for (const { AlarmActions, OKActions } of alarms) {
      expect(AlarmActions).toEqual(OKActions);
      expect(AlarmActions).toHaveLength(1);
    }
  });

  it('go off at high values and not without traffic, except for a sweep that stops running', () => {
    const silence = alarms.filter((alarm) => anchorOf(alarm) === 'sweepstopped');
    for (const { ComparisonOperator, TreatMissingData } of alarms.filter((alarm) => !silence.includes(alarm)))
      expect([ComparisonOperator, TreatMissingData]).toEqual([
        'GreaterThanOrEqualToThreshold',
        'notBreaching',
      ]);
    expect(silence).toMatchObject([
      {
        ComparisonOperator: 'LessThanThreshold',
        TreatMissingData: 'breaching',
        Namespace: 'AWS/Lambda',
        MetricName: 'Invocations',
        Dimensions: [
          { Name: 'FunctionName', Value: { Ref: expect.stringMatching(/^sweepDeletions[0-9A-F]{8}$/) } },
        ],
      },
    ]);
  });

  it('cost what infra/README.md says', () => {
    expect(Object.keys(synthesizeTemplate({}).findResources('AWS::CloudWatch::Alarm'))).toHaveLength(11);
    expect(Object.keys(synthesizeTemplate({}).findResources('AWS::CloudWatch::Dashboard'))).toHaveLength(1);
    expect(readme).toContain('eleven alarms at $0.10, and the dashboard at $3.');
    expect(readme).toContain('a stage without traffic costs about $4 a month');
    expect(readme.replace(/\s+/g, ' ')).toContain('the only stage of an account costs about $0.10');
  });
});

describe('the topic of alarms', () => {
  it('refuses plain http, takes messages from the alarms of the account only, and sends to the address of the settings', () => {
    template.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: 'ops@example.com',
    });
    const [policy] = Object.values(template.findResources('AWS::SNS::TopicPolicy')) as Resource[];
    expect(policy?.Properties.PolicyDocument.Statement).toEqual([
      {
        Sid: 'AllowPublishThroughSSLOnly',
        Effect: 'Deny',
        Action: 'sns:Publish',
        Principal: '*',
        Resource: { Ref: expect.stringMatching(/^AlarmsTopic[0-9A-F]{8}$/) },
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
      {
        Sid: '1',
        Effect: 'Allow',
        Action: 'sns:Publish',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Resource: { Ref: expect.stringMatching(/^AlarmsTopic[0-9A-F]{8}$/) },
        Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' } },
      },
    ]);
  });

  it('has no key of its own, which would cost $1 a month', () => {
    expect(template.findResources('AWS::KMS::Key')).toEqual({});
    expect(Object.values(template.findResources('AWS::SNS::Topic'))).toEqual([{ Type: 'AWS::SNS::Topic' }]);
  });
});

describe('the metric filters of the access log', () => {
  it('count what only the gateway sees, and no 429 of the firewall', () => {
    const filters = (Object.values(template.findResources('AWS::Logs::MetricFilter')) as Resource[]).map(
      ({ Properties: { FilterPattern, MetricTransformations } }) => [
        MetricTransformations[0].MetricName,
        FilterPattern,
      ],
    );
    expect(Object.fromEntries(filters)).toEqual({
      ThrottledRequests: '{ $.response_type = "THROTTLED" }',
      AuthorizerFailures:
        '{ ($.response_type = "AUTHORIZER_FAILURE") || ($.response_type = "AUTHORIZER_CONFIGURATION_ERROR") }',
    });
  });

  it('have no default value, so a stage without these events has no series', () => {
    const filters = Object.values(template.findResources('AWS::Logs::MetricFilter')) as Resource[];
    expect(filters.map(({ Properties }) => Properties.MetricTransformations)).toEqual([
      [{ MetricNamespace: 'todo-api/prod', MetricName: 'ThrottledRequests', MetricValue: '1' }],
      [{ MetricNamespace: 'todo-api/prod', MetricName: 'AuthorizerFailures', MetricValue: '1' }],
    ]);
  });
});

describe('the metrics in infra/README.md', () => {
  const section = readme.split('### Metrics\n')[1]?.split('\n### ')[0] ?? '';
  const rows = [...section.matchAll(/^\| `(\w+)` \| (.+?) \|/gm)].map(([, name, series]) => [name, series]);

  it('are those of the functions and of the metric filters, with their dimensions', () => {
    expect(rows).toEqual([
      ['InternalErrors', '1, and 1 for each route with a bug'],
      ['UserinfoRateLimited', '1'],
      ['AuthorizerFailures', '1'],
      ['ThrottledRequests', '1'],
    ]);
    expect(metrics).toEqual({
      InternalErrors: [[], ['route']],
      UserinfoRateLimited: [[]],
    });
  });

  it('are each watched by an alarm', () => {
    const watched = alarms.map(({ MetricName }) => MetricName);
    expect(rows.map(([name]) => name).filter((name) => !watched.includes(name))).toEqual([]);
  });
});

describe('a release', () => {
  it('shifts a tenth of the calls first, and is rolled back when an alarm goes off', () => {
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
      const names = JSON.stringify(Properties.AlarmConfiguration.Alarms);
      expect(Properties.AlarmConfiguration.Alarms).toHaveLength(4);
      expect(names).toMatch(/ServerErrors.*AuthorizerFailures.*InternalErrors.*ReleaseErrors/);
    }
  });
});
