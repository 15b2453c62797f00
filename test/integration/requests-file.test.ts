import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Route, routes } from '../../functions/routes.ts';
import { demoUsers } from '../../infra/start/demo.ts';
import { fillIn, parseHttpFile } from '../support/http-file.ts';
import { projectDir } from '../support/local-process.ts';
import { checkResponse } from '../support/openapi/check.ts';
import { type System, startSystem } from '../support/system.ts';

const { requests, variables } = parseHttpFile(readFileSync(join(projectDir, 'test/requests.http'), 'utf8'));

let system: System;
beforeAll(async () => {
  system = await startSystem({ issuer: { users: demoUsers } });
});
afterAll(() => system.close());

/** The method and the path of a request, as the route table writes them. */
const routeOf = ({ method, url }: { method: string; url: string }) =>
  `${method} ${url
    .replace('{{api}}', '')
    .replace(/\?.*/, '')
    .replace(/\{\{[^}]+\}\}/, '{id}')
    .replace(/^\/docs\/.+/, '/docs/{asset}')}`;

it('requests.http has every route of each tag that it shows', () => {
  const sent = new Set(requests.map(routeOf));
  const isSent = ({ method, path }: Route) => sent.has(`${method} ${path}`);
  const shown = new Set(routes.filter(isSent).map(({ tag }) => tag));
  expect(routes.filter((route) => shown.has(route.tag) && !isSent(route))).toEqual([]);
  expect([...shown]).toEqual(['Todos', 'You', 'Documentation']);
});

it('requests.http has requests that succeed in their order', { tags: 'long' }, async () => {
  const values: Record<string, string> = {
    ...variables,
    api: system.apiUrl,
    issuer: system.issuer.url.replace(/\/$/, ''),
  };
  const lookUp = (name: string) => values[name] ?? expect.unreachable(`the variable ${name} has no value`);
  for (const { title, name, method, url, headers, body } of requests) {
    const address = fillIn(url, lookUp);
    const response = await fetch(address, {
      method,
      headers: Object.entries(headers).map(([header, value]) => [header, fillIn(value, lookUp)]),
      ...(body !== undefined && { body: fillIn(body, lookUp) }),
    });
    const text = await response.text();
    expect({ title, ok: response.ok, text }).toMatchObject({ title, ok: true });
    if (address.startsWith(system.apiUrl)) {
      const { status } = response;
      checkResponse(system.apiUrl, { method, url: address, status, headers: response.headers, text });
    }
    if (name === undefined) continue;
    for (const [member, value] of Object.entries(JSON.parse(text))) {
      values[`${name}.response.body.${member}`] = String(value);
    }
    values[`${name}.response.headers.ETag`] = response.headers.get('etag') ?? '';
  }
});
