import { availableParallelism } from 'node:os';
import type { FunctionSpec } from '../deployment-spec.ts';
import { type ExecutionEnvironment, startExecutionEnvironment } from './execution-environment.ts';
import type { InvocationError, InvocationResult } from './invocation.ts';

export interface LambdaStats {
  /** Execution environments that run or start. */
  workers: number;
  busy: number;
  queued: number;
  coldStarts: number;
}

export interface Lambda {
  /** Never rejects. A failed invocation resolves with the error, as Lambda reports it. */
  invoke(event: unknown): Promise<InvocationResult>;
  /** Runs later invocations with other code, in new workers. Current invocations finish with the old code. */
  replaceCode(codePath: string): void;
  /** Ends all workers at once. Current and waiting invocations fail. */
  close(): Promise<void>;
  stats(): LambdaStats;
}

interface Invocation {
  /** JSON, so that other values are lost, as on AWS. */
  event: string;
  resolve: (result: InvocationResult) => void;
}

/** Lambda's quota for the event of a synchronous invocation. */
const REQUEST_LIMIT_BYTES = 6_291_556;

/** One for each processor, and one more, because some wait for DynamoDB. Further ones would compete for a processor. */
const DEFAULT_MAX_WORKERS = availableParallelism() + 1;

/** The concurrency of an AWS account, above which Lambda throttles. */
const DEFAULT_MAX_WAITING = 1_000;

const THROTTLED: InvocationError = {
  ok: false,
  errorType: 'TooManyRequestsException',
  errorMessage: 'Rate Exceeded.',
};

const CLOSED: InvocationError = {
  ok: false,
  errorType: 'ServiceException',
  errorMessage: 'The local Lambda service is shutting down',
};

/**
 * Runs one function as Lambda does. Each execution environment is a worker, and runs one invocation at a time. A new
 * worker starts when all others are busy.
 *
 * @param options.environment variables in addition to those of the template, such as `AWS_ENDPOINT_URL_DYNAMODB`
 * @param options.maxWorkers when this number of workers is busy, invocations wait in a queue; AWS starts another
 *   execution environment instead
 * @param options.maxWaiting when this number of invocations waits, further ones are throttled, as on AWS
 * @param options.onOutput is called with each line that the function writes to stdout or stderr
 */
export function createLambda(
  spec: FunctionSpec,
  options: {
    environment?: Record<string, string>;
    maxWorkers?: number;
    maxWaiting?: number;
    onOutput?: (line: string) => void;
  } = {},
): Lambda {
  const {
    environment = {},
    maxWorkers = DEFAULT_MAX_WORKERS,
    maxWaiting = DEFAULT_MAX_WAITING,
    onOutput = () => {},
  } = options;
  const queue: Invocation[] = [];
  const starting = new Set<ExecutionEnvironment>();
  const busy = new Set<ExecutionEnvironment>();
  const all = new Set<ExecutionEnvironment>();
  let idle: ExecutionEnvironment[] = [];
  let { codePath } = spec;
  let coldStarts = 0;
  let closed = false;

  function dispatch(): void {
    while (queue.length > 0 && idle.length > 0) {
      const worker = idle.pop();
      const invocation = queue.shift();
      if (worker && invocation) void run(worker, invocation);
    }
    while (starting.size < queue.length && starting.size + busy.size + idle.length < maxWorkers) void start();
  }

  async function run(worker: ExecutionEnvironment, invocation: Invocation): Promise<void> {
    busy.add(worker);
    const result = await worker.invoke(invocation.event);
    // The code was replaced during the invocation.
    if (!busy.delete(worker)) void worker.terminate();
    else if (worker.isAlive()) idle.push(worker);
    invocation.resolve(result);
    dispatch();
  }

  async function start(): Promise<void> {
    const worker = startExecutionEnvironment(
      { ...spec, codePath },
      {
        environment,
        onOutput,
        onExit: () => {
          all.delete(worker);
          idle = idle.filter((other) => other !== worker);
        },
      },
    );
    coldStarts += 1;
    all.add(worker);
    starting.add(worker);
    const error = await worker.initialized;
    // The code was replaced during the start.
    if (!starting.delete(worker)) return;
    if (error !== undefined) queue.shift()?.resolve(error);
    else if (worker.isAlive()) idle.push(worker);
    dispatch();
  }

  return {
    invoke: (event) => {
      if (closed) return Promise.resolve(CLOSED);
      if (queue.length >= maxWaiting) return Promise.resolve(THROTTLED);
      const json = JSON.stringify(event) ?? 'null';
      const bytes = Buffer.byteLength(json);
      if (bytes > REQUEST_LIMIT_BYTES) {
        return Promise.resolve({
          ok: false,
          errorType: 'RequestTooLargeException',
          errorMessage: `Request must be smaller than ${REQUEST_LIMIT_BYTES} bytes for the InvokeFunction operation`,
        });
      }
      const { promise, resolve } = Promise.withResolvers<InvocationResult>();
      queue.push({ event: json, resolve });
      dispatch();
      return promise;
    },
    replaceCode: (newCodePath) => {
      codePath = newCodePath;
      for (const worker of [...starting, ...idle]) void worker.terminate();
      starting.clear();
      busy.clear();
      idle = [];
      dispatch();
    },
    close: async () => {
      closed = true;
      for (const { resolve } of queue.splice(0)) resolve(CLOSED);
      await Promise.all(Array.from(all, (worker) => worker.terminate()));
    },
    stats: () => ({ workers: all.size, busy: busy.size, queued: queue.length, coldStarts }),
  };
}
