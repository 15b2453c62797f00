import { afterEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { createLogger } from '../../../../functions/observability/logger.ts';
import { metrics, toEmbeddedMetrics } from '../../../../functions/observability/metrics.ts';
import { product } from '../../../../functions/product.ts';

/** The schema of a document in the embedded metric format, from the specification of CloudWatch. */
const name = z.string().min(1).max(1_024);
const embeddedMetrics = z.looseObject({
  _aws: z.strictObject({
    Timestamp: z.number().int().positive(),
    CloudWatchMetrics: z
      .array(
        z.strictObject({
          Namespace: name,
          Dimensions: z.array(z.array(z.string().min(1).max(250)).max(30)).min(1),
          Metrics: z
            .array(z.strictObject({ Name: name }))
            .min(1)
            .max(100),
        }),
      )
      .min(1),
  }),
});

/** Parses a line. Checks that each dimension refers to a string, and each metric to a number. */
function read(line: unknown) {
  const document = embeddedMetrics.parse(line);
  for (const { Dimensions, Metrics } of document._aws.CloudWatchMetrics) {
    for (const dimension of Dimensions.flat()) expect(document[dimension]).toEqual(expect.any(String));
    for (const { Name } of Metrics) expect(document[Name]).toEqual(expect.any(Number));
  }
  return document._aws.CloudWatchMetrics;
}

describe('a log line with metrics', () => {
  it('is a document of the embedded metric format, for every metric', () => {
    const fields = { route: 'GET /todo', user_id: 'u1', status: 500 };
    for (const metric of Object.keys(metrics)) {
      const line = {
        ...fields,
        ...toEmbeddedMetrics('TodoApi/test', 1_795_000_000_000, { [metric]: 7 }),
      };
      expect(read(line)).toMatchObject([{ Namespace: 'TodoApi/test', Metrics: [{ Name: metric }] }]);
    }
  });

  it('has no id as a dimension', () => {
    const dimensions = Object.values(metrics).flatMap((sets) => sets.flat());
    expect(dimensions).toEqual(['route']);
  });
});

describe('the logger', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  it.each([
    ['TodoApi/test', 1],
    ['', 0],
  ])('writes one line with text, fields, and metrics if a namespace is set: %j', (namespace, directives) => {
    vi.stubEnv('METRICS_NAMESPACE', namespace);
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    createLogger(Date.now).info('userinfo', { outcome: 'rate_limited' }, { UserinfoRateLimited: 1 });
    const lines = write.mock.calls.map(([text]) => JSON.parse(String(text)));
    write.mockRestore();
    expect(lines).toMatchObject([{ level: 'INFO', message: 'userinfo', outcome: 'rate_limited' }]);
    expect(lines[0]._aws?.CloudWatchMetrics ?? []).toHaveLength(directives);
    if (directives > 0) expect(read(lines[0])).toMatchObject([{ Dimensions: [[]] }]);
  });

  it.each(['info', 'warn', 'error'] as const)('writes the level and the name of the product: %s', (level) => {
    const lines: unknown[] = [];
    const keep = (text: unknown) => lines.push(JSON.parse(String(text))) > 0;
    const writes = [process.stdout, process.stderr].map((stream) =>
      vi.spyOn(stream, 'write').mockImplementation(keep),
    );
    createLogger(Date.now)[level]('userinfo', { outcome: 'failed' });
    for (const write of writes) write.mockRestore();
    expect(lines).toMatchObject([{ level: level.toUpperCase(), service: product.name, outcome: 'failed' }]);
  });
});
