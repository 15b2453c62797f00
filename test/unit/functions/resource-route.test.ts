import type { APIGatewayProxyResult } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConfigError } from '../../../functions/config.ts';
import type { StoreDependencies } from '../../../functions/dynamodb/client.ts';
import { isUlid, ulidTime } from '../../../functions/dynamodb/ulid.ts';
import { resourceRoute, storeDependencies } from '../../../functions/resource-route.ts';
import { proxyEvent } from '../../support/events.ts';

const NOW = Date.parse('2026-06-15T12:00:00Z');

const callerWith = (...scopes: string[]) => ({
  ...{ kind: 'user' as const, userId: 'ann', email: 'ann@example.com', subject: 'auth0|ann' },
  scopes,
  expiresAt: NOW / 1_000 + 60,
});

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('TABLE_NAME', 'todos');
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT');
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

describe('the dependencies of a store', () => {
  it('are the table of the environment, the time, and ids that sort by time', () => {
    const { tableName, now, newId } = storeDependencies();
    expect(tableName).toBe('todos');
    expect(now()).toBe(NOW);
    expect(isUlid(newId(NOW))).toBe(true);
    expect(ulidTime(newId(NOW))).toBe(NOW);
  });

  it('are missing in a function without a table, so it fails at its start', () => {
    vi.stubEnv('TABLE_NAME', '');
    expect(storeDependencies).toThrow(new ConfigError('TABLE_NAME is not set.'));
  });
});

describe('the route of a resource', () => {
  const call = async (handler: ReturnType<typeof resourceRoute>, scope: string) =>
    (await handler(
      proxyEvent({ caller: callerWith(scope) }),
      {} as never,
      () => {},
    )) as APIGatewayProxyResult;

  it('creates its store once, and uses it for the response', async () => {
    const createStore = vi.fn(({ tableName }: StoreDependencies) => ({ tableName }));
    const handler = resourceRoute({ store: createStore }, async ({ caller, receivedAt }, store) => ({
      status: 200,
      body: { table: store.tableName, user: caller.userId, receivedAt },
    }));
    for (let i = 0; i < 2; i++) {
      const { statusCode, body } = await call(handler, '');
      expect(statusCode).toBe(200);
      expect(JSON.parse(body)).toEqual({ table: 'todos', user: 'ann', receivedAt: NOW });
    }
    expect(createStore).toHaveBeenCalledOnce();
  });

  it('needs the scope of the environment', async () => {
    vi.stubEnv('REQUIRED_SCOPE', 'read:notes');
    const handler = resourceRoute({ store: () => undefined }, async () => ({ status: 204 }));
    expect((await call(handler, 'read:notes')).statusCode).toBe(204);
    expect((await call(handler, 'write:notes')).statusCode).toBe(403);
  });

  it('primes itself without its own response, without its store, and without a line in the log', async () => {
    vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'INFO');
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const respond = vi.fn(async () => ({ status: 200, body: {} }));
    const get = vi.fn();
    const { prime } = resourceRoute({ store: () => ({ get }), body: () => ({}) }, respond);
    await prime();
    expect(respond).not.toHaveBeenCalled();
    expect(get).not.toHaveBeenCalled();
    expect(write).not.toHaveBeenCalled();
    write.mockRestore();
  });
});
