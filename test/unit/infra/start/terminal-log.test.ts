import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTerminalLog } from '../../../../infra/start/terminal-log.ts';

const access = {
  requestId: 'b5850910-338b-4ffe-a4e3-9934344d2f3e',
  method: 'GET',
  path: '/todo',
  resourcePath: '/todo',
  status: 200,
  latencyMs: 12,
  principalId: '01M8B9FF6DAGAGE11E11YRCK8E',
};
const terminal = () =>
  Object.assign(new PassThrough(), {
    isTTY: true,
    getColorDepth: () => (process.env.NO_COLOR ? 1 : 8),
  });
const plain = createTerminalLog(new PassThrough());

beforeEach(() => {
  for (const name of ['FORCE_COLOR', 'NO_COLOR', 'NODE_DISABLE_COLORS']) vi.stubEnv(name, undefined);
});
afterEach(() => vi.unstubAllEnvs());

describe('the line of a request', () => {
  it('shows method, path, status, milliseconds and user id', () => {
    expect(plain.formatAccess(access)).toBe(
      'GET      /todo                                 200     12 ms  01M8B9FF6DAGAGE11E11YRCK8E',
    );
  });

  it('shows why the gateway itself responded, and no user id without a user', () => {
    expect(
      plain.formatAccess({ ...access, status: 401, principalId: 'none', error: 'Unauthorized' }),
    ).toMatch(/401 {5}12 ms {2}Unauthorized$/);
  });

  it('has no control characters from the path of a client', () => {
    expect(plain.formatAccess({ ...access, path: '/\u001b[2J\u009b2J' })).toContain('/?[2J?2J ');
  });

  it('is coloured on a terminal, unless NO_COLOR is set', () => {
    expect(createTerminalLog(terminal()).formatAccess(access)).toContain('\u001b[32m200\u001b[39m');
    vi.stubEnv('NO_COLOR', '1');
    expect(createTerminalLog(terminal()).formatAccess(access)).toBe(plain.formatAccess(access));
  });
});

describe('a line of a function', () => {
  const line = (fields: object) =>
    JSON.stringify({
      level: 'INFO',
      message: 'sign-in',
      timestamp: '2026-11-26T06:42:52.748Z',
      service: 'todo-api',
      sampling_rate: 0,
      ...fields,
    });

  it('is omitted if the line of the request says the same', () => {
    expect(plain.formatOutput(line({ message: 'request', status: 200 }))).toBeUndefined();
    expect(plain.formatOutput(line({ message: 'authorization', outcome: 'allowed' }))).toBeUndefined();
  });

  it('shows its own fields, without those of the logger and without metrics', () => {
    const metrics = { Refusals: 1, _aws: { CloudWatchMetrics: [{ Metrics: [{ Name: 'Refusals' }] }] } };
    expect(plain.formatOutput(line({ user_id: '01M8', note: 'two words', ...metrics }))).toBe(
      'INFO     sign-in  user_id=01M8  note="two words"',
    );
  });

  it('shows the stacks of an error and of its cause, indented', () => {
    const error = {
      name: 'Error',
      message: 'boom',
      stack: 'Error: boom\n    at list (functions/todos/list.ts:20:11)',
      cause: {
        name: 'TypeError',
        message: 'inner',
        stack: 'TypeError: inner\n    at f (functions/a.ts:1:2)',
      },
    };
    expect(plain.formatOutput(line({ level: 'ERROR', message: 'request', status: 500, error }))).toBe(
      `ERROR    request  status=500
  Error: boom
      at list (functions/todos/list.ts:20:11)
  caused by TypeError: inner
      at f (functions/a.ts:1:2)`,
    );
  });

  it.each(['Uncaught Exception TypeError: x', '{ not: json }', '{"a":1}', '[]'])(
    'is not changed if it is not from the logger: %s',
    (text) => {
      expect(plain.formatOutput(text)).toBe(text);
    },
  );
});
