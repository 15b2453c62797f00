import { describe, expect, it } from 'vitest';
import { routes } from '../../functions/routes.ts';
import { exampleFields, exampleTodo } from '../../infra/openapi/example-todo.ts';
import type { Exchange } from '../../infra/openapi/operation.ts';
import { operations } from '../../infra/openapi/operations.ts';
import type { Client } from '../support/client.ts';
import { anonymous, newUser, requires } from '../support/target.ts';

const exchanges = routes.flatMap((route) =>
  Object.entries(operations[route.id]?.examples ?? {}).map(([name, exchange]) => ({
    name: `${route.id} ${name}: ${exchange.summary}`,
    route,
    exchange,
  })),
);

/** The members that differ between responses or between users. */
const ownMembers = [
  'id',
  'user',
  'url',
  'email',
  'subject',
  'issuer',
  'created_at',
  'updated_at',
  'checked_at',
  'request_id',
];

function withoutOwnMembers(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(withoutOwnMembers);
  if (typeof body !== 'object' || body === null) return body;
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => {
      const isOwn = typeof value === 'string' && ownMembers.includes(name);
      // The path before the fragment is the deployment's.
      if (name === 'type') return [name, String(value).replace(/^.*#/, '#')];
      return [name, isOwn ? 'its own' : withoutOwnMembers(value)];
    }),
  );
}

async function replay(
  call: Client,
  { method, path }: { method: string; path: string },
  { body, headers, path: parameters, query }: Exchange,
  todoId: string,
) {
  const address = path.replace(/\{(\w+)\}/g, (_match, name: string) => parameters?.[name] ?? todoId);
  const search = query ? `?${new URLSearchParams({ ...query })}` : '';
  return call(method, address + search, { ...(headers && { headers }), body });
}

describe('the examples of the OpenAPI document', () => {
  it('show each common status code', () => {
    const shown = new Set(exchanges.map(({ exchange }) => exchange.status));
    expect([...shown].sort()).toEqual(expect.arrayContaining([200, 201, 204, 304, 400, 401, 404, 412]));
  });

  const expectExample = async ({ route, exchange }: (typeof exchanges)[number]) => {
    const call = await newUser();
    const { body: todo } = await call('POST', '/todo', { body: exampleFields });
    const response = await replay(exchange.anonymous ? anonymous : call, route, exchange, todo.id);
    expect(response.status).toBe(exchange.status);
    if (exchange.response === undefined) return;
    expect(withoutOwnMembers(response.body)).toEqual(withoutOwnMembers(exchange.response));
  };

  const authorized = exchanges.filter(({ exchange }) => !exchange.anonymous);
  /** An export shows the idempotency records of a day, and a key that was used before gives the earlier response. */
  const dependsOnHistory = ({ route, exchange }: (typeof exchanges)[number]) =>
    route.id === 'getExport' || exchange.headers?.['Idempotency-Key'] !== undefined;

  it.each(authorized.filter((example) => !dependsOnHistory(example)))(
    'match the response of the API: $name',
    expectExample,
  );

  describe('of requests that need a new user', () => {
    requires('an obedient issuer');

    it.each(authorized.filter(dependsOnHistory))('match the response of the API: $name', expectExample);
  });

  describe('of requests without a token', () => {
    requires('gateway responses');

    it.each(exchanges.filter(({ exchange }) => exchange.anonymous))(
      'match the response of the API: $name',
      expectExample,
    );
  });

  it('show one todo with the example fields', () => {
    expect(exampleTodo).toMatchObject(exampleFields);
  });
});
