import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  Alarm,
  type AlarmProps,
  ComparisonOperator,
  type IMetric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { FilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { metricsNamespace, type Stage } from '../config/stages.ts';
import type { CountedInAccessLog, Measures } from './measures.ts';

interface AlarmDefinition {
  readonly metric: IMetric;
  /** What happened, in a sentence for an e-mail. infra/RUNBOOK.md says what to do. */
  readonly meaning: string;
  /** The least that rings. */
  readonly from: number;
  /** How many periods must be bad, and of how many. One by default. */
  readonly bad?: readonly [number, number];
}

export interface AlarmsProps {
  readonly stage: Stage;
  readonly email: string | undefined;
  readonly measures: Measures;
  readonly accessLog: ILogGroup;
}

const MINUTE = Duration.minutes(1);

/** The alarms of a stage, and the topic that tells of them. Each has a section of its name in infra/RUNBOOK.md. */
export class Alarms extends Construct {
  /** What shows within minutes that new code is bad. */
  readonly onBadRelease: readonly Alarm[];
  readonly all: Alarm[] = [];
  readonly #action: SnsAction;

  constructor(scope: Construct, id: string, { stage, email, measures, accessLog }: AlarmsProps) {
    super(scope, id);
    const topic = createTopic(this);
    if (email !== undefined) topic.addSubscription(new EmailSubscription(email));
    this.#action = new SnsAction(topic);
    countInAccessLog(this, accessLog, stage);

    const serverErrors = this.add('ServerErrors', {
      metric: measures.serverErrorRate,
      meaning: 'More than 1 % of the answers were a 5xx, in two of five minutes.',
      from: 0.01,
      bad: [2, 5],
    });
    const authorizerFailures = this.add('AuthorizerFailures', {
      metric: measures.counted('AuthorizerFailures', MINUTE),
      meaning: 'Access tokens could not be checked, in two of five minutes: clients get a 503.',
      from: 3,
      bad: [2, 5],
    });
    this.onBadRelease = [serverErrors, authorizerFailures];
    this.add('SlowAnswers', {
      metric: measures.latency('p99'),
      meaning: 'One answer in a hundred took three seconds or more, for a quarter of an hour.',
      from: 3_000,
      bad: [3, 3],
    });
    this.add('ThrottledRequests', {
      metric: measures.counted('ThrottledRequests'),
      meaning: 'The gateway refused a hundred requests or more in five minutes with a 429.',
      from: 100,
    });
    this.add('LambdaThrottles', {
      metric: measures.lambdaThrottles,
      meaning: 'Lambda refused to run functions: the concurrency of the account and region is used up.',
      from: 1,
      bad: [2, 3],
    });
    for (const [id, metric] of Object.entries(measures.tableThrottles)) {
      this.add(id, {
        metric,
        meaning: 'DynamoDB throttled the table: a partition, or the whole table, is too hot.',
        from: 10,
        bad: [2, 3],
      });
    }
    this.add('UserinfoRateLimited', {
      metric: measures.ours('UserinfoRequests', { outcome: 'rate_limited' }),
      meaning: "Auth0 refused requests to /userinfo with a 429: new users can't sign in for now.",
      from: 10,
    });
  }

  /** @param scope what the alarm is about, when that is a part of the stack only */
  add(id: string, definition: AlarmDefinition, scope: Construct = this): Alarm {
    const alarm = new Alarm(scope, id, toAlarmProps(this, id, definition));
    alarm.addAlarmAction(this.#action);
    alarm.addOkAction(this.#action);
    this.all.push(alarm);
    return alarm;
  }
}

function toAlarmProps(
  scope: Construct,
  id: string,
  { metric, meaning, from, bad: [bad, periods] = [1, 1] }: AlarmDefinition,
): AlarmProps {
  return {
    metric,
    alarmDescription: `${Stack.of(scope).stackName}: ${meaning} See infra/RUNBOOK.md#${id.toLowerCase()}`,
    threshold: from,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    datapointsToAlarm: bad,
    evaluationPeriods: periods,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  };
}

/** A topic with a key of its own: alarms may not use the key that SNS has for everybody. */
function createTopic(scope: Construct): Topic {
  const cloudWatch = new ServicePrincipal('cloudwatch.amazonaws.com', {
    conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
  });
  const key = new Key(scope, 'Key', {
    description: 'Encrypts alarms on their way',
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.DESTROY,
    pendingWindow: Duration.days(7),
  });
  key.grantEncryptDecrypt(cloudWatch);
  const topic = new Topic(scope, 'Topic', { masterKey: key, enforceSSL: true });
  // A policy of its own takes the place of the one by which the account's alarms may publish.
  topic.grantPublish(cloudWatch);
  return topic;
}

/** Counts what only the gateway knows: also a failure of the authorizer that leaves no line in its own log. */
function countInAccessLog(scope: Construct, logGroup: ILogGroup, stage: Stage): void {
  const count = (
    metricName: CountedInAccessLog,
    filterPattern: ReturnType<typeof FilterPattern.stringValue>,
  ) =>
    new MetricFilter(scope, `${metricName}Filter`, {
      logGroup,
      metricNamespace: metricsNamespace(stage),
      metricName,
      filterPattern,
    });
  count('ThrottledRequests', FilterPattern.stringValue('$.status', '=', '429'));
  count(
    'AuthorizerFailures',
    FilterPattern.any(
      FilterPattern.stringValue('$.response_type', '=', 'AUTHORIZER_FAILURE'),
      FilterPattern.stringValue('$.response_type', '=', 'AUTHORIZER_CONFIGURATION_ERROR'),
    ),
  );
}
