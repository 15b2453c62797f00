import { afterEach, describe, expect, it, vi } from 'vitest';
import { createLogger, rehearseLine } from '../../../../functions/observability/logger.ts';
import { linesOf } from '../../../support/log-lines.ts';

afterEach(() => vi.unstubAllEnvs());

describe('the rehearsal of a line', () => {
  it('writes nothing, so that no metric counts it, and the next line is written', async () => {
    vi.stubEnv('METRICS_NAMESPACE', 'todo-api/prod');
    const log = createLogger(Date.now);
    const lines = await linesOf(() => {
      rehearseLine(log);
      log.info('request', { status: 200 });
    });
    expect(lines.map((line) => JSON.parse(line).message)).toEqual(['request']);
  });

  it('formats a line with a metric', () => {
    const info = vi.fn();
    rehearseLine({ info, warn: expect.fail, error: expect.fail });
    expect(info).toHaveBeenCalledExactlyOnceWith('rehearsal', {}, { InternalErrors: 0 });
  });

  it('gives the output back when the line cannot be formatted', () => {
    const { write } = process.stdout;
    const info = () => {
      throw new TypeError('a bug');
    };
    expect(() => rehearseLine({ info, warn: info, error: info })).toThrow('a bug');
    expect(process.stdout.write).toBe(write);
  });
});
