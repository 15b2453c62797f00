import { describe, expect, it } from 'vitest';
import { authorizationOutcomes, requestOutcomes } from '../../functions/authorizer/outcomes.ts';
import { routes } from '../../functions/routes.ts';
import { widgetsOf } from '../support/dashboard.ts';
import { everySetting, synthesizeTemplate } from '../support/stack.ts';

const template = synthesizeTemplate(everySetting);
const widgets = widgetsOf(template);
const graph = (title: string) => widgets.find(({ properties }) => properties.title === title)?.properties;

describe('the dashboard', () => {
  it('asks these questions, from the clients to the table', () => {
    expect(widgets.map(({ type, properties }) => `${type}: ${properties.title ?? ''}`)).toEqual([
      'text: ',
      'alarm: Alarms',
      'metric: How many requests are there, and how many fail?',
      'metric: How fast is the API? (ms)',
      'metric: Which function is slow? (p99, ms)',
      'metric: Which route has a bug? (500)',
      'log: How does the authorizer decide?',
      'log: How many identities are new?',
      'log: Does Auth0 give profiles?',
      'log: Does Auth0 give its keys?',
      'metric: Is Lambda at its limit? (whole account)',
      'metric: Is the table at its limit?',
    ]);
  });

  it('shows what the gateway refuses, and the failures of the authorizer', () => {
    const { metrics } = graph('How many requests are there, and how many fail?');
    expect(metrics.map(([, name]: [string, string]) => name)).toEqual([
      ...['Count', '4XXError', '5XXError'],
      ...['ThrottledRequests', 'AuthorizerFailures'],
    ]);
  });

  it('shows how long each function takes, by a metric without a price', () => {
    const metrics: [string, string, string, string, { label: string }][] = graph(
      'Which function is slow? (p99, ms)',
    ).metrics;
    expect(new Set(metrics.map(([namespace, name]) => `${namespace} ${name}`))).toEqual(
      new Set(['AWS/Lambda Duration']),
    );
    const labels = metrics.map(([, , , , { label }]) => label);
    expect(labels).toEqual(['authorizer', ...routes.map(({ method, path }) => `${method} ${path}`)]);
  });

  it('shows the internal errors by route', () => {
    expect(graph('Which route has a bug? (500)').metrics).toEqual([
      [
        {
          expression: `SEARCH('{"todo-api/prod","route"} MetricName="InternalErrors"', 'Sum', 300)`,
        },
      ],
    ]);
  });
});

describe('the graphs of the authorizer', () => {
  const ofRequests =
    'stats sum(strcontains(outcome, "ok")) as ok, sum(strcontains(outcome, "refused")) as refused, ' +
    'sum(strcontains(outcome, "rate_limited")) as rate_limited, sum(strcontains(outcome, "failed")) as failed by bin(5m)';

  it.each([
    [
      'How does the authorizer decide?',
      'filter message = "authorization"',
      'stats sum(strcontains(outcome, "allowed")) as allowed, sum(strcontains(outcome, "refused")) as refused, ' +
        'sum(strcontains(outcome, "denied")) as denied, sum(strcontains(outcome, "unauthorized")) as unauthorized, ' +
        'sum(strcontains(outcome, "failed")) as failed by bin(5m)',
    ],
    ['How many identities are new?', 'filter message = "sign-in"', 'stats count() as sign_ins by bin(5m)'],
    ['Does Auth0 give profiles?', 'filter message = "userinfo"', ofRequests],
    ['Does Auth0 give its keys?', 'filter message = "jwks"', ofRequests],
  ])('are lines over time that CloudWatch counts in its log: %s', (title, filter, stats) => {
    expect(graph(title)).toEqual({
      title,
      region: 'AWS::Region',
      view: 'timeSeries',
      stacked: false,
      query: expect.stringMatching(/^SOURCE 'authorizerLogs[0-9A-F]{8}' \| /),
    });
    const [, query] = /^SOURCE '\w+' \| ([\s\S]*)$/.exec(graph(title).query) ?? [];
    expect(query).toBe(`${filter}\n| ${stats}`);
  });

  it('count no outcome twice: none is part of another', () => {
    for (const outcomes of [authorizationOutcomes, requestOutcomes] as const)
      for (const outcome of outcomes)
        expect(outcomes.filter((each) => each.includes(outcome))).toEqual([outcome]);
  });
});
