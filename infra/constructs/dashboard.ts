import { Stack } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { StageMetrics } from './stage-metrics.ts';

const FULL_WIDTH = 24;
const HALF_WIDTH = 12;

export interface OperationsDashboardProps {
  readonly metrics: StageMetrics;
  /** How long each function takes. Lambda reports it without a price. */
  readonly durations: IMetric[];
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

function layOut(stackName: string, { metrics, durations, alarms }: OperationsDashboardProps): IWidget[][] {
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
      ]),
      graph('How fast is the API? (ms)', ['p50', 'p90', 'p99'].map(metrics.latency)),
    ],
    [
      graph('Which function is slow? (p99, ms)', durations),
      graph('Which route has a bug? (500)', [metrics.fromFunctionsByDimension('InternalErrors')]),
    ],
    [
      graph('How does the authorizer decide?', [
        metrics.fromFunctionsByDimension('Authorizations'),
        metrics.fromAccessLog('AuthorizerFailures'),
      ]),
      graph('How many identities are new, and how many requests go to Auth0?', [
        metrics.fromFunctions('SignIns'),
        metrics.fromFunctionsByDimension('UserinfoRequests'),
        metrics.fromFunctionsByDimension('JwksRequests'),
      ]),
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
  return new GraphWidget({ title, left, width: HALF_WIDTH, height: 6 });
}
