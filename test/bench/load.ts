import autocannon from 'autocannon';
import { processorTime } from './processor-time.ts';
import { median } from './statistics.ts';

/** The throughput and latency that a client measured, and the CPU time that the server used. */
export interface LoadSample {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** CPU milliseconds of the server's processes per request; undefined on a system that does not report them. */
  readonly processor: number | undefined;
}

export interface Load {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * Sends the same request again and again on every connection. The next request follows as soon as a response arrives.
 * @param pid the server's process
 * @throws Error when a request fails or gets a response without success
 */
export async function applyLoad(
  { url, method, headers, body }: Load,
  { pid, connections, seconds }: { pid: number; connections: number; seconds: number },
): Promise<LoadSample> {
  const before = processorTime(pid);
  const result = await autocannon({
    url,
    method,
    headers: { ...headers },
    ...(body !== undefined && { body }),
    connections,
    duration: seconds,
  });
  const after = processorTime(pid);
  if (result.non2xx > 0 || result.errors > 0) {
    const statuses = JSON.stringify(result.statusCodeStats);
    throw new Error(
      `${method} ${url}: ${result.non2xx} responses without success, ${result.errors} errors (${statuses})`,
    );
  }
  return {
    perSecond: result.requests.total / result.duration,
    p50: result.latency.p50,
    p99: result.latency.p99,
    processor:
      before === undefined || after === undefined ? undefined : (after - before) / result.requests.total,
  };
}

/** Returns the medians of several samples. */
export function summarize(samples: readonly LoadSample[]): LoadSample {
  const of = (pick: (sample: LoadSample) => number) => median(samples.map(pick));
  return {
    perSecond: of(({ perSecond }) => perSecond),
    p50: of(({ p50 }) => p50),
    p99: of(({ p99 }) => p99),
    processor: samples.some(({ processor }) => processor === undefined)
      ? undefined
      : of(({ processor }) => processor as number),
  };
}
