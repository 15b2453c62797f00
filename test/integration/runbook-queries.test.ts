import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { accessLogFields } from '../../infra/constructs/access-log.ts';
import { createClient } from '../support/client.ts';
import { broken, type FaultyProxy, startFaultyProxy } from '../support/faulty-proxy.ts';
import { projectDir } from '../support/local-process.ts';
import { type System, startSystem } from '../support/system.ts';

const runbook = readFileSync(join(projectDir, 'infra/RUNBOOK.md'), 'utf8');
/** Each query with its title and the log that its text names. */
const queries = [
  ...runbook.matchAll(
    /^\*\*(.+?)\*\*,? (?:by \w+, )?in (both|the access|the logs of)[\s\S]*?```insights\n([\s\S]*?)```/gm,
  ),
].map(([, title = '', log = '', query = '']) => ({ title, log, query }));

const words = new Set([
  ...['fields', 'filter', 'stats', 'sort', 'limit', 'by', 'as', 'and', 'or', 'asc', 'desc', 'like'],
  ...['count', 'pct', 'bin', 'latest', '5m', '1h'],
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
const fieldsOfFunctions = new Set<string>(ofEveryLine);

function collect(value: object, prefix = ''): void {
  for (const [name, member] of Object.entries(value)) {
    fieldsOfFunctions.add(prefix + name);
    if (typeof member === 'object' && member !== null) collect(member, `${prefix}${name}.`);
  }
}

beforeAll(async () => {
  system = await startSystem({
    intercept: async (endpoint) => {
      proxy = await startFaultyProxy(endpoint);
      return proxy;
    },
  });
  const { subject } = system.issuer.addUser({ email: 'asker@example.com' });
  const call = createClient(system.apiUrl, await system.issuer.mintToken({ subject }));
  await call('GET', '/todo');
  proxy.failWith('*', broken, Number.POSITIVE_INFINITY);
  expect((await call('GET', '/todo')).status).toBe(503);
  await vi.waitFor(() => expect(system.output.join()).toContain('"status":503'));
  for (const line of system.output.filter((each) => each.startsWith('{'))) collect(JSON.parse(line));
});
afterAll(() => system.close());

describe('the queries of the runbook', () => {
  it('are these', () => {
    expect(queries.map(({ title, log }) => `${title}: ${log}`)).toEqual([
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

  it.each(queries)('name only fields that the lines of their log have: $title', ({ log, query }) => {
    const known = new Set([
      ...ofEveryLine,
      ...(log === 'the logs of' ? [] : ofAccessLog),
      ...(log === 'the access' ? [] : fieldsOfFunctions),
    ]);
    expect(fieldsOf(query).length).toBeGreaterThan(0);
    expect(fieldsOf(query).filter((field) => !known.has(field))).toEqual([]);
  });

  it('count the requests of both logs by a field that only the access log has', () => {
    expect(queries.find(({ title }) => title === 'Cold starts by route')?.query).toContain(
      'count(response_type) as requests',
    );
    expect(ofAccessLog).toContain('response_type');
    expect([...fieldsOfFunctions]).not.toContain('response_type');
  });

  it('would fail with a field that no line has', () => {
    expect(fieldsOf('filter statuss = 500 | stats count() as n by route | sort n desc')).toEqual([
      'statuss',
      'route',
    ]);
  });
});
