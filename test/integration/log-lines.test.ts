import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { accessLogFields } from '../../infra/constructs/access-log.ts';
import { createClient } from '../support/client.ts';
import { readEmbeddedMetrics } from '../support/cloudwatch.ts';
import { widgetsOf } from '../support/dashboard.ts';
import { broken, type FaultyProxy, startFaultyProxy } from '../support/faulty-proxy.ts';
import { projectDir } from '../support/local-process.ts';
import { synthesizeTemplate } from '../support/stack.ts';
import { type System, startSystem } from '../support/system.ts';

const runbook = readFileSync(join(projectDir, 'infra/RUNBOOK.md'), 'utf8');
/** Each query with its title and the log that its text names. */
const runbookQueries = [
  ...runbook.matchAll(
    /^\*\*(.+?)\*\*,? (?:by \w+, )?in (both|the access|the logs of)[\s\S]*?```insights\n([\s\S]*?)```/gm,
  ),
].map(([, title = '', log = '', query = '']) => ({ title, log, query }));
/** The queries of the dashboard, without the log group that they are about. */
const dashboardQueries = widgetsOf(synthesizeTemplate())
  .filter(({ type }) => type === 'log')
  .map(({ properties: { title, query } }) => ({ title, query: query.replace(/^SOURCE '\w+' \| /, '') }));

const words = new Set([
  ...['fields', 'filter', 'stats', 'sort', 'limit', 'by', 'as', 'and', 'or', 'asc', 'desc', 'like'],
  ...['count', 'pct', 'sum', 'strcontains', 'bin', 'latest', '5m', '1h'],
]);

/** The names of fields in a query: what is no word of the query language, no text, no number and no alias. */
function fieldsOf(query: string): string[] {
  const withoutTexts = query.replace(/"[^"]*"/g, '');
  const aliases = [...withoutTexts.matchAll(/ as (\w+)/g)].map(([, alias]) => alias);
  const names = withoutTexts.match(/@?[a-zA-Z_][\w.]*|\d+[mh]?/g) ?? [];
  return names.filter((name) => !words.has(name) && !/^\d+$/.test(name) && !aliases.includes(name));
}

/**
 * The fields of every line.
 * Source: "Supported logs and discovered fields" in the CloudWatch Logs user guide.
 */
const ofEveryLine = ['@timestamp', '@log'];
/** The access log of a stage without a custom domain and without a firewall has the fewest fields. */
const ofAccessLog = Object.keys(accessLogFields({ domain: undefined, firewall: undefined }));

let system: System;
let proxy: FaultyProxy;
/** The lines of the functions about requests without a failure. */
let healthyLines: readonly string[] = [];
/** All lines of the functions. */
let lines: readonly string[] = [];

/** The names of a line's fields. A dot leads to a member of a member. */
function namesIn(line: object, prefix = ''): string[] {
  return Object.entries(line).flatMap(([name, member]) => [
    prefix + name,
    ...(typeof member === 'object' && member !== null ? namesIn(member, `${prefix}${name}.`) : []),
  ]);
}
const linesOfFunctions = () => system.output.filter((line) => line.startsWith('{'));

beforeAll(async () => {
  system = await startSystem({
    intercept: async (endpoint) => {
      proxy = await startFaultyProxy(endpoint);
      return proxy;
    },
  });
  const { subject } = system.issuer.addUser({ email: 'asker@example.com' });
  const call = createClient(system.apiUrl, await system.issuer.mintToken({ subject }));
  expect((await call('POST', '/todo', { body: { title: 'Ask' } })).status).toBe(201);
  expect((await call('GET', '/todo')).status).toBe(200);
  await system.issuer.rotateKeys();
  const afterRotation = createClient(system.apiUrl, await system.issuer.mintToken({ subject }));
  expect((await afterRotation('GET', '/todo')).status).toBe(200);
  await vi.waitFor(() => expect(system.output.join().match(/"message":"request"/g)).toHaveLength(3));
  healthyLines = linesOfFunctions();
  system.issuer.failWith('userinfo', { status: 429 });
  const newcomer = system.issuer.addUser({ email: 'newcomer@example.com' });
  const limited = createClient(system.apiUrl, await system.issuer.mintToken({ subject: newcomer.subject }));
  expect((await limited('GET', '/todo')).status).toBe(503);
  proxy.failWith('*', broken, Number.POSITIVE_INFINITY);
  expect((await call('GET', '/todo')).status).toBe(503);
  await vi.waitFor(() => expect(system.output.join()).toContain('"status":503'));
  lines = linesOfFunctions();
});
afterAll(() => system.close());

describe('the queries of the runbook', () => {
  it('are these', () => {
    expect(runbookQueries.map(({ title, log }) => `${title}: ${log}`)).toEqual([
      'Everything about one request: both',
      'Server errors by route: the access',
      'Internal errors by route: the logs of',
      'Refusals by reason over time: the access',
      'The slowest percent by route: the access',
      'Cold starts by route: both',
      'Conflicts over time: the access',
      'Busiest users: the access',
    ]);
  });

  it.each(runbookQueries)('name only fields that the lines of their log have: $title', ({ log, query }) => {
    const known = new Set([
      ...ofEveryLine,
      ...(log === 'the logs of' ? [] : ofAccessLog),
      ...(log === 'the access' ? [] : lines.flatMap((line) => namesIn(JSON.parse(line)))),
    ]);
    expect(fieldsOf(query).length).toBeGreaterThan(0);
    expect(fieldsOf(query).filter((field) => !known.has(field))).toEqual([]);
  });

  it('count the requests of both logs by a field that only the access log has', () => {
    expect(runbookQueries.find(({ title }) => title === 'Cold starts by route')?.query).toContain(
      'count(response_type) as requests',
    );
    expect(ofAccessLog).toContain('response_type');
    expect(lines.flatMap((line) => namesIn(JSON.parse(line)))).not.toContain('response_type');
  });

  it('would fail with a field that no line has', () => {
    expect(fieldsOf('filter statuss = 500 | stats count() as n by route | sort n desc')).toEqual([
      'statuss',
      'route',
    ]);
  });
});

describe('the queries of the dashboard', () => {
  it.each(dashboardQueries)(
    'name only fields that the lines with their message have: $title',
    ({ query }) => {
      const [, message = '', stats = ''] = /^filter message = "(.+?)"\n\| (stats .+)$/.exec(query) ?? [];
      const ofMessage = lines.map((line) => JSON.parse(line)).filter((line) => line.message === message);
      expect(ofMessage).not.toEqual([]);
      for (const line of ofMessage)
        expect(fieldsOf(stats).filter((field) => !namesIn(line).includes(field))).toEqual([]);
    },
  );

  it('are about these messages', () => {
    expect(dashboardQueries.map(({ query }) => query.split('\n')[0])).toEqual([
      'filter message = "authorization"',
      'filter message = "sign-in"',
      'filter message = "userinfo"',
      'filter message = "jwks"',
    ]);
  });
});

describe('a stage without failures', () => {
  it('has no metric that CloudWatch bills, while users sign in and Auth0 rotates its keys', () => {
    const messages = healthyLines.map((line) => JSON.parse(line).message);
    expect(new Set(messages)).toEqual(new Set(['authorization', 'jwks', 'request', 'sign-in', 'userinfo']));
    expect(healthyLines.flatMap(readEmbeddedMetrics)).toEqual([]);
  });

  it('has one as soon as Auth0 refuses a request for a profile', () => {
    expect(lines.flatMap(readEmbeddedMetrics)).toEqual([
      { namespace: 'todo-api/sandbox', name: 'UserinfoRateLimited', dimensions: {}, value: 1 },
    ]);
  });
});
