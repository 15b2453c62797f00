import { Stack } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  LogQueryVisualizationType,
  LogQueryWidget,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { authorizationOutcomes, requestOutcomes } from '../../functions/authorizer/outcomes.ts';
import type { StageMetrics } from './stage-metrics.ts';

const FULL_WIDTH = 24;
const HALF_WIDTH = 12;
const GRAPH_HEIGHT = 6;

export interface OperationsDashboardProps {
  readonly metrics: StageMetrics;
  /** How long each function takes. Lambda reports it without a price. */
  readonly durations: IMetric[];
  readonly authorizerLog: ILogGroup;
  readonly alarms: Alarm[];
}

/** The dashboard of a stage. Each graph answers a question; the order is from clients to DynamoDB. */
export class OperationsDashboard extends Dashboard {
  readonly url: string;

  constructor(scope: Construct, id: string, props: OperationsDashboardProps) {
    const { stackName, region } = Stack.of(scope);
    // The names of dashboards are global in an account.
    super(scope, id, {
      dashboardName: `${stackName}-${region}`,
      widgets: layOut(stackName, props),
    });
    this.url = `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard/${this.dashboardName}`;
  }
}

function layOut(
  stackName: string,
  { metrics, durations, authorizerLog, alarms }: OperationsDashboardProps,
): IWidget[][] {
  const text = `# ${stackName}\nWhat each alarm means and what to do: infra/RUNBOOK.md`;
  return [
    [new TextWidget({ markdown: text, width: FULL_WIDTH, height: 2 })],
    [new AlarmStatusWidget({ title: 'Alarms', alarms, width: FULL_WIDTH, height: 3 })],
    [
      graph('How many requests are there, and how many fail?', [
        metrics.requests,
        metrics.clientErrors,
        metrics.serverErrors,
        metrics.fromAccessLog('ThrottledRequests'),
        metrics.fromAccessLog('AuthorizerFailures'),
      ]),
      graph('How fast is the API? (ms)', ['p50', 'p90', 'p99'].map(metrics.latency)),
    ],
    [
      graph('Which function is slow? (p99, ms)', durations),
      graph('Which route has a bug? (500)', [metrics.internalErrorsByRoute]),
    ],
    [
      graphOfLog('How does the authorizer decide?', authorizerLog, {
        message: 'authorization',
        counts: countsOf(authorizationOutcomes),
      }),
      graphOfLog('How many identities are new?', authorizerLog, {
        message: 'sign-in',
        counts: ['count() as sign_ins'],
      }),
    ],
    [
      graphOfLog('Does Auth0 give profiles?', authorizerLog, {
        message: 'userinfo',
        counts: countsOf(requestOutcomes),
      }),
      graphOfLog('Does Auth0 give its keys?', authorizerLog, {
        message: 'jwks',
        counts: countsOf(requestOutcomes),
      }),
    ],
    [
      graph('Is Lambda at its limit? (whole account)', [metrics.lambdaConcurrency, metrics.lambdaThrottles]),
      graph('Is the table at its limit?', [
        ...metrics.tableCapacity,
        ...Object.values(metrics.tableThrottles),
        ...metrics.tableErrors,
      ]),
    ],
  ];
}

function graph(title: string, left: IMetric[]): GraphWidget {
  return new GraphWidget({ title, left, width: HALF_WIDTH, height: GRAPH_HEIGHT });
}

/**
 * A graph that counts the log lines with this message. It costs nothing until somebody looks at it.
 * @param counts aggregations. Each of them is a line of the graph, because a graph over time can group by `bin()` only,
 *   and not by a field. Source: "Visualize time series data" in "stats", CloudWatch Logs user guide
 */
function graphOfLog(
  title: string,
  log: ILogGroup,
  { message, counts }: { readonly message: string; readonly counts: readonly string[] },
): LogQueryWidget {
  return new LogQueryWidget({
    title,
    logGroupNames: [log.logGroupName],
    queryLines: [`filter message = "${message}"`, `stats ${counts.join(', ')} by bin(5m)`],
    view: LogQueryVisualizationType.LINE,
    width: HALF_WIDTH,
    height: GRAPH_HEIGHT,
  });
}

/**
 * An aggregation for each outcome: how many lines have it. `sum` needs a number. `strcontains` gives 1 or 0, and a
 * comparison gives a Boolean.
 * Source: "Boolean, comparison, numeric, datetime, and other functions", CloudWatch Logs user guide.
 */
function countsOf(outcomes: readonly string[]): string[] {
  return outcomes.map((outcome) => `sum(strcontains(outcome, "${outcome}")) as ${outcome}`);
}
