import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { MetricName } from '../../functions/observability/metrics.ts';
import { tableActions } from '../../functions/routes.ts';
import { metricsNamespace, type Stage } from '../config/stages.ts';

/** The metrics that metric filters count in the gateway's access log. */
export type AccessLogMetric = 'AuthorizerFailures' | 'ThrottledRequests';

type Dimensions = Readonly<Record<string, string>>;

const MINUTE = Duration.minutes(1);
const FIVE_MINUTES = Duration.minutes(5);

/**
 * The metrics of a stage, for alarms and the dashboard.
 *
 * Dimensions are plain texts, not references to the stage, because references would make a circle: the aliases of the
 * functions depend on their releases, a release on its alarms, an alarm on the stage, and the stage on the aliases.
 * @param apiName the name of the REST API, which API Gateway reports as a dimension
 */
export function createStageMetrics(stage: Stage, apiName: string, tableName: string) {
  const namespace = metricsNamespace(stage);
  const metric = (
    metricNamespace: string,
    metricName: string,
    statistic: string,
    dimensionsMap: Dimensions = {},
    period = FIVE_MINUTES,
  ) => new Metric({ namespace: metricNamespace, metricName, statistic, dimensionsMap, period });
  const ofApi = (metricName: string, statistic: string, period?: Duration) =>
    metric('AWS/ApiGateway', metricName, statistic, { ApiName: apiName, Stage: stage.name }, period);
  const ofTable = (metricName: string, dimensions: Dimensions = {}) =>
    metric('AWS/DynamoDB', metricName, 'Sum', { TableName: tableName, ...dimensions });

  return {
    requests: ofApi('Count', 'Sum'),
    clientErrors: ofApi('4XXError', 'Sum'),
    serverErrors: ofApi('5XXError', 'Sum'),
    /** A ratio: API Gateway reports 0 or 1 for each request, and this is the average. */
    serverErrorRate: ofApi('5XXError', 'Average', MINUTE),
    latency: (statistic: string) => ofApi('Latency', statistic),
    fromAccessLog: (name: AccessLogMetric, period?: Duration) => metric(namespace, name, 'Sum', {}, period),
    fromFunctions: (name: MetricName) => metric(namespace, name, 'Sum'),
    /** One line for each route with errors. */
    internalErrorsByRoute: new MathExpression({
      expression: `SEARCH('{"${namespace}","route"} MetricName="InternalErrors"', 'Sum', ${FIVE_MINUTES.toSeconds()})`,
      label: '',
      usingMetrics: {},
      period: FIVE_MINUTES,
    }),
    /** For the whole account and region, because all functions there share one limit of concurrency. */
    lambdaThrottles: metric('AWS/Lambda', 'Throttles', 'Sum'),
    lambdaConcurrency: metric('AWS/Lambda', 'ConcurrentExecutions', 'Maximum'),
    /** DynamoDB reports these only when they happen. */
    tableThrottles: {
      ReadThrottles: ofTable('ReadThrottleEvents'),
      WriteThrottles: ofTable('WriteThrottleEvents'),
    },
    tableErrors: tableActions.map((Operation) => ofTable('SystemErrors', { Operation })),
    tableCapacity: ['ConsumedReadCapacityUnits', 'ConsumedWriteCapacityUnits'].map((name) => ofTable(name)),
  };
}

export type StageMetrics = ReturnType<typeof createStageMetrics>;
