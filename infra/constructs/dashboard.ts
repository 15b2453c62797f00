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
import type { Measures } from './measures.ts';

const FULL_WIDTH = 24;
const HALF_WIDTH = 12;

/** One page for the questions that come up when something is wrong, from the outside in. */
export class TodoDashboard extends Dashboard {
  readonly url: string;

  constructor(scope: Construct, id: string, measures: Measures, alarms: Alarm[]) {
    const { stackName, region } = Stack.of(scope);
    super(scope, id, { dashboardName: stackName, widgets: layOut(stackName, measures, alarms) });
    this.url = `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard/${this.dashboardName}`;
  }
}

function layOut(stackName: string, measures: Measures, alarms: Alarm[]): IWidget[][] {
  const text = `# ${stackName}\nWhat each alarm means and what to do: infra/RUNBOOK.md`;
  return [
    [new TextWidget({ markdown: text, width: FULL_WIDTH, height: 2 })],
    [new AlarmStatusWidget({ title: 'Alarms', alarms, width: FULL_WIDTH, height: 3 })],
    [
      graph('Is it used, and does it answer?', [
        measures.requests,
        measures.clientErrors,
        measures.serverErrors,
        measures.counted('ThrottledRequests'),
      ]),
      graph('How fast is the API? (ms)', ['p50', 'p90', 'p99'].map(measures.latency)),
    ],
    [
      graph('Which route is slow? (p99, ms)', [measures.ourEvery('RouteLatency', 'p99')]),
      graph('Do clients overwrite each other?', [measures.ourEvery('Conflicts', 'Sum')]),
    ],
    [
      graph('Who gets in, and why not?', [
        measures.ours('Authorizations', { outcome: 'allowed' }),
        measures.ourEvery('Authorizations', 'Sum'),
        measures.counted('AuthorizerFailures'),
      ]),
      graph('New identities, and what Auth0 is asked', [
        measures.ours('SignIns'),
        measures.ourEvery('UserinfoRequests', 'Sum'),
        measures.ourEvery('JwksRequests', 'Sum'),
      ]),
    ],
    [
      graph('Is Lambda at its limit? (whole account)', [
        measures.lambdaConcurrency,
        measures.lambdaThrottles,
      ]),
      graph('Is the table?', [
        ...measures.tableCapacity,
        ...Object.values(measures.tableThrottles),
        ...measures.tableErrors,
      ]),
    ],
  ];
}

function graph(title: string, left: IMetric[]): GraphWidget {
  return new GraphWidget({ title, left, width: HALF_WIDTH, height: 6 });
}
