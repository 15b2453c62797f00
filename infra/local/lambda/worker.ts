// The runtime of one execution environment. It loads the handler, then runs one invocation at a time.
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { forwardOutput, type OutputMessage } from './output.ts';

export interface WorkerOptions {
  taskRoot: string;
  /** `file.export`, such as `index.handler`. */
  handler: string;
  timeoutSeconds: number;
  /** The part of the context object that is the same for all invocations. */
  context: {
    functionName: string;
    functionVersion: string;
    invokedFunctionArn: string;
    memoryLimitInMB: string;
    logGroupName: string;
    logStreamName: string;
  };
}

export interface InvocationMessage {
  requestId: string;
  /** The event as JSON. */
  event: string;
}

export interface FunctionError {
  errorType: string;
  errorMessage: string;
}

export type WorkerMessage =
  | { type: 'ready' }
  /** The result as JSON. */
  | { type: 'result'; payload: string }
  | { type: 'error'; error: FunctionError }
  | OutputMessage
  /** The environment must end: the module cannot be loaded, or an error escaped the handler. */
  | { type: 'fatal'; error: FunctionError };

type Handler = (event: unknown, context: object) => unknown;

/** An error that Lambda's runtime reports with a type such as `Runtime.HandlerNotFound`. */
class RuntimeError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/** The file extensions that Lambda's runtime tries, in its order. */
const EXTENSIONS = ['.js', '.mjs', '.cjs'];

/** Lambda's quota for the response of a synchronous invocation. */
const RESPONSE_LIMIT_BYTES = 6_291_556;

const port = parentPort;
if (port === null) throw new Error('worker.ts runs in a worker thread only');
const {
  taskRoot,
  handler: handlerName,
  timeoutSeconds,
  context: sharedContext,
} = workerData as WorkerOptions;

forwardOutput(post);
countTimeFromBegin();
process.on('uncaughtException', (error) => exitWith(error));
process.on('unhandledRejection', (reason) =>
  exitWith(new RuntimeError('Runtime.UnhandledPromiseRejection', String(reason))),
);

try {
  const handler = await loadHandler();
  port.on('message', (message: InvocationMessage) => run(handler, message));
  post({ type: 'ready' });
} catch (error) {
  exitWith(error);
}

/**
 * An execution environment of Lambda is a process of its own. A worker thread would count from the begin of the process
 * that it shares, so a function would report minutes as the duration of its start phase.
 */
function countTimeFromBegin(): void {
  const { timeOrigin, nodeTiming } = performance;
  const begin = nodeTiming.environment;
  const sinceOrigin = performance.now.bind(performance);
  Object.defineProperties(performance, {
    timeOrigin: { value: timeOrigin + begin },
    now: { value: () => sinceOrigin() - begin },
  });
}

async function run(handler: Handler, { event, requestId }: InvocationMessage): Promise<void> {
  const deadline = performance.now() + timeoutSeconds * 1000;
  const context = {
    ...sharedContext,
    awsRequestId: requestId,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(deadline - performance.now())),
  };
  try {
    post({ type: 'result', payload: serialize(await handler(JSON.parse(event), context)) });
  } catch (error) {
    report('Invoke Error', error);
    post({ type: 'error', error: describe(error) });
  }
}

function serialize(result: unknown): string {
  let payload: string | undefined;
  try {
    payload = JSON.stringify(result);
  } catch (cause) {
    throw new Error('Unable to stringify response body', { cause });
  }
  const bytes = Buffer.byteLength(payload ?? '');
  if (bytes > RESPONSE_LIMIT_BYTES) {
    throw new RuntimeError(
      'Function.ResponseSizeTooLarge',
      `Response payload size (${bytes} bytes) exceeded maximum allowed payload size (${RESPONSE_LIMIT_BYTES} bytes).`,
    );
  }
  return payload ?? 'null';
}

async function loadHandler(): Promise<Handler> {
  const [moduleName = '', ...exportPath] = basename(handlerName).split('.');
  const base = join(taskRoot, dirname(handlerName), moduleName);
  const file = EXTENSIONS.map((extension) => base + extension).find((path) => existsSync(path));
  if (file === undefined) {
    throw new RuntimeError('Runtime.ImportModuleError', `Error: Cannot find module '${moduleName}'`);
  }
  const module = await importModule(file);
  // If static analysis does not find the exports of a CommonJS module, they are on its default export.
  const handler = lookUp(module, exportPath) ?? lookUp(lookUp(module, ['default']), exportPath);
  if (handler === undefined) {
    throw new RuntimeError('Runtime.HandlerNotFound', `${handlerName} is undefined or not exported`);
  }
  if (typeof handler !== 'function') {
    throw new RuntimeError('Runtime.HandlerNotFound', `${handlerName} is not a function`);
  }
  // The runtime nodejs24.x refuses a handler with a callback parameter.
  if (handler.length > 2) {
    throw new RuntimeError(
      'Runtime.CallbackHandlerDeprecated',
      'AWS Lambda has removed support for callback-based function handlers starting with Node.js 24.',
    );
  }
  return handler as Handler;
}

async function importModule(file: string): Promise<unknown> {
  try {
    return await import(pathToFileURL(file).href);
  } catch (error) {
    if (error instanceof SyntaxError) throw new RuntimeError('Runtime.UserCodeSyntaxError', String(error));
    const code = lookUp(error, ['code']);
    if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') {
      throw new RuntimeError('Runtime.ImportModuleError', String(error));
    }
    throw error;
  }
}

function lookUp(value: unknown, path: string[]): unknown {
  return path.reduce<unknown>((parent, key) => (Object(parent) as Record<string, unknown>)[key], value);
}

function describe(error: unknown): FunctionError {
  return error instanceof Error
    ? { errorType: error.name, errorMessage: error.message }
    : { errorType: typeof error, errorMessage: String(error) };
}

function report(what: string, error: unknown): void {
  process.stderr.write(`${what} ${error instanceof Error ? (error.stack ?? error) : String(error)}\n`);
}

function exitWith(error: unknown): void {
  report('Uncaught Exception', error);
  post({ type: 'fatal', error: describe(error) });
  process.exit(1);
}

function post(message: WorkerMessage): void {
  port?.postMessage(message);
}
