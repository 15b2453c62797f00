import { Duration, Stack } from 'aws-cdk-lib';
import {
  Alarm,
  type AlarmProps,
  ComparisonOperator,
  type IMetric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { FilterPattern, type IFilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { metricsNamespace, type Stage } from '../config/stages.ts';
import type { AccessLogMetric, StageMetrics } from './stage-metrics.ts';

export interface AlarmDefinition {
  readonly metric: IMetric;
  /** One or two sentences for the e-mail that say what happened. infra/RUNBOOK.md says what to do. */
  readonly meaning: string;
  /** A value of the metric at or above this is breaching. */
  readonly threshold: number;
  /** A value below the threshold is breaching instead, and so is no value. */
  readonly ringsBelow?: true;
  /** The alarm goes off when this many of the last `evaluationPeriods` values are breaching. 1 by default. */
  readonly datapointsToAlarm?: number;
  /** 1 by default. */
  readonly evaluationPeriods?: number;
}

export interface AlarmsProps {
  readonly stage: Stage;
  /** Gets an e-mail for every alarm. */
  readonly email: string | undefined;
  readonly metrics: StageMetrics;
  readonly accessLog: ILogGroup;
}

const MINUTE = Duration.minutes(1);

/** The alarms of a stage, and the SNS topic that they notify. infra/RUNBOOK.md has a section for each alarm. */
export class Alarms extends Construct {
  /** The alarms that show within minutes that a release is bad. */
  readonly onBadRelease: readonly Alarm[];
  readonly all: Alarm[] = [];
  readonly #action: SnsAction;

  constructor(scope: Construct, id: string, { stage, email, metrics, accessLog }: AlarmsProps) {
    super(scope, id);
    const topic = createTopic(this);
    if (email !== undefined) topic.addSubscription(new EmailSubscription(email));
    this.#action = new SnsAction(topic);
    countInAccessLog(this, accessLog, stage);

    const serverErrors = this.add('ServerErrors', {
      metric: metrics.serverErrorRate,
      meaning: 'In two of five minutes, 1 % of the responses or more had a 5xx status.',
      threshold: 0.01,
      datapointsToAlarm: 2,
      evaluationPeriods: 5,
    });
    const authorizerFailures = this.add('AuthorizerFailures', {
      metric: metrics.fromAccessLog('AuthorizerFailures', MINUTE),
      meaning: 'In two of five minutes, the authorizer could not check access tokens. Clients get a 503.',
      threshold: 3,
      datapointsToAlarm: 2,
      evaluationPeriods: 5,
    });
    const internalErrors = this.add('InternalErrors', {
      metric: metrics.fromFunctions('InternalErrors'),
      meaning: 'Within five minutes, the functions responded with a 500 three times or more.',
      threshold: 3,
    });
    this.onBadRelease = [serverErrors, authorizerFailures, internalErrors];
    this.add('SlowResponses', {
      metric: metrics.latency('p99'),
      meaning: 'For 15 minutes, one response in a hundred took three seconds or more.',
      threshold: 3_000,
      datapointsToAlarm: 3,
      evaluationPeriods: 3,
    });
    this.add('ThrottledRequests', {
      metric: metrics.fromAccessLog('ThrottledRequests'),
      meaning: 'Within five minutes, the gateway refused a hundred requests or more with a 429.',
      threshold: 100,
    });
    this.add('LambdaThrottles', {
      metric: metrics.lambdaThrottles,
      meaning: 'Lambda refused to run functions. The account has no concurrency left in this region.',
      threshold: 1,
      datapointsToAlarm: 2,
      evaluationPeriods: 3,
    });
    for (const [id, metric] of Object.entries(metrics.tableThrottles)) {
      this.add(id, {
        metric,
        meaning: 'DynamoDB throttled the table. One partition, or the whole table, gets too many requests.',
        threshold: 10,
        datapointsToAlarm: 2,
        evaluationPeriods: 3,
      });
    }
    this.add('UserinfoRateLimited', {
      metric: metrics.fromFunctions('UserinfoRateLimited'),
      meaning: 'Auth0 refused requests to /userinfo with a 429. New users cannot sign in for now.',
      threshold: 10,
    });
  }

  /** @param scope the construct that the alarm is about, where that is a part of the stack only */
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
  { metric, meaning, threshold, ringsBelow, datapointsToAlarm = 1, evaluationPeriods = 1 }: AlarmDefinition,
): AlarmProps {
  return {
    metric,
    alarmDescription: `${Stack.of(scope).stackName}: ${meaning} See infra/RUNBOOK.md#${id.toLowerCase()}`,
    threshold,
    comparisonOperator: ringsBelow
      ? ComparisonOperator.LESS_THAN_THRESHOLD
      : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    datapointsToAlarm,
    evaluationPeriods,
    treatMissingData: ringsBelow ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
  };
}

/**
 * A topic without a key of its own. A message has the name, the meaning and the values of an alarm: no secret and no
 * personal data. SNS encrypts its disks, and the e-mails leave AWS anyway.
 * Source: "Amazon SNS data encryption" in the SNS developer guide.
 */
function createTopic(scope: Construct): Topic {
  const topic = new Topic(scope, 'Topic', { enforceSSL: true });
  // enforceSSL gives the topic a policy. It replaces the default policy, which lets the account's alarms publish.
  topic.grantPublish(
    new ServicePrincipal('cloudwatch.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
  );
  return topic;
}

/**
 * Counts events that only the gateway sees. One is a failure of the authorizer that leaves no line in its own log,
 * such as a timeout.
 */
function countInAccessLog(scope: Construct, logGroup: ILogGroup, stage: Stage): void {
  const count = (metricName: AccessLogMetric, filterPattern: IFilterPattern) =>
    new MetricFilter(scope, `${metricName}Filter`, {
      logGroup,
      metricNamespace: metricsNamespace(stage),
      metricName,
      filterPattern,
    });
  // The firewall responds with a 429 too. Its limit is for a single caller, and this alarm is about the stage.
  count('ThrottledRequests', FilterPattern.stringValue('$.response_type', '=', 'THROTTLED'));
  count(
    'AuthorizerFailures',
    FilterPattern.any(
      FilterPattern.stringValue('$.response_type', '=', 'AUTHORIZER_FAILURE'),
      FilterPattern.stringValue('$.response_type', '=', 'AUTHORIZER_CONFIGURATION_ERROR'),
    ),
  );
}
