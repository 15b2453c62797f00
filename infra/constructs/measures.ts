import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { type MetricName, metrics } from '../../functions/observability/metrics.ts';
import type { TableAction } from '../../functions/routes.ts';
import { metricsNamespace, type Stage } from '../config/stages.ts';

/** What metric filters count in the access log. */
export type CountedInAccessLog = 'AuthorizerFailures' | 'ThrottledRequests';

type Dimensions = Readonly<Record<string, string>>;

const MINUTE = Duration.minutes(1);
const FIVE_MINUTES = Duration.minutes(5);
const tableActions: readonly TableAction[] = ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query'];

/**
 * The metrics of a stage, for alarms and the dashboard. Names are plain texts: a reference to the stage would make the
 * stage and the releases that its alarms watch wait for each other.
 */
export function createMeasures(stage: Stage, apiName: string, tableName: string) {
  const namespace = metricsNamespace(stage);
  const of = (
    metricNamespace: string,
    metricName: string,
    statistic: string,
    dimensionsMap: Dimensions = {},
    period = FIVE_MINUTES,
  ) => new Metric({ namespace: metricNamespace, metricName, statistic, dimensionsMap, period });
  const api = (metricName: string, statistic: string, period?: Duration) =>
    of('AWS/ApiGateway', metricName, statistic, { ApiName: apiName, Stage: stage.name }, period);
  const ofTable = (metricName: string, dimensions: Dimensions = {}) =>
    of('AWS/DynamoDB', metricName, 'Sum', { TableName: tableName, ...dimensions });

  return {
    requests: api('Count', 'Sum'),
    clientErrors: api('4XXError', 'Sum'),
    serverErrors: api('5XXError', 'Sum'),
    /** A share: the average of a metric that is 0 or 1 for each request. */
    serverErrorRate: api('5XXError', 'Average', MINUTE),
    latency: (statistic: string) => api('Latency', statistic),
    counted: (name: CountedInAccessLog, period?: Duration) => of(namespace, name, 'Sum', {}, period),
    ours: (name: MetricName, dimensions?: Dimensions) => of(namespace, name, 'Sum', dimensions),
    /** One line for every value of the dimensions by which the metric is divided. */
    ourEvery: (name: MetricName, statistic: string) => {
      const dimensions: readonly string[] = metrics[name].by.at(-1) ?? [];
      const schema = [namespace, ...dimensions].map((each) => `"${each}"`).join(',');
      return new MathExpression({
        expression: `SEARCH('{${schema}} MetricName="${name}"', '${statistic}', ${FIVE_MINUTES.toSeconds()})`,
        label: '',
        usingMetrics: {},
        period: FIVE_MINUTES,
      });
    },
    /** Of all functions of the account and region: they share the concurrency that they are throttled by. */
    lambdaThrottles: of('AWS/Lambda', 'Throttles', 'Sum'),
    lambdaConcurrency: of('AWS/Lambda', 'ConcurrentExecutions', 'Maximum'),
    /** DynamoDB reports these only when they happen. */
    tableThrottles: {
      ReadThrottles: ofTable('ReadThrottleEvents'),
      WriteThrottles: ofTable('WriteThrottleEvents'),
    },
    tableErrors: tableActions.map((Operation) => ofTable('SystemErrors', { Operation })),
    tableCapacity: ['ConsumedReadCapacityUnits', 'ConsumedWriteCapacityUnits'].map((name) => ofTable(name)),
  };
}

export type Measures = ReturnType<typeof createMeasures>;
