import { parseArgs } from 'node:util';
import type { Environment } from '../../../functions/config.ts';
import { functionIds } from '../../build/bundle.ts';
import { UserError } from '../../local/user-error.ts';
import { type CommandLine, describeCommand } from '../options.ts';
import { localEnvironment } from '../settings.ts';
import { eventNames } from './event.ts';
import { LOOPBACK_OPTION } from './template.ts';

const environment = {
  ...localEnvironment,
  DOCKER_HOST:
    'Address of the container engine: unix:///path/of/socket or tcp://host:port. Default: Docker, then Finch.',
};

const debugOptions = {
  'debug-port': 'Wait for a debugger on this port. SAM has the short form -d.',
  'debug-args': 'Further options of Node.js under the debugger.',
};

const FUNCTION_TEXT = `One of ${functionIds.join(', ')}.`;

/** The command lines of `npm run sam` and `npm run sam:invoke`, by the command of `sam local` that they run. */
export const commandLines = {
  'start-api': {
    usage: 'npm run sam -- [options of "sam local start-api"]',
    summary: 'Runs the API in the containers of the AWS SAM CLI, with the local database and issuer.',
    values: { ...debugOptions, 'debug-function': `The function to debug. ${FUNCTION_TEXT}` },
    passThrough: true,
    environment,
  },
  invoke: {
    usage: 'npm run sam:invoke -- <function> <event> [options of "sam local invoke"]',
    summary: 'Invokes one function in a container of the AWS SAM CLI, with the local database and issuer.',
    arguments: {
      function: FUNCTION_TEXT,
      event: `One of ${eventNames.join(', ')} (in test/events), or the path of a .json file.`,
    },
    values: debugOptions,
    passThrough: true,
    environment,
  },
} as const satisfies Record<string, CommandLine>;

/** What `npm run sam:invoke` sends, and where. */
export interface Invocation {
  readonly functionId: string;
  readonly event: string;
  /** The options for SAM. */
  readonly options: readonly string[];
}

/** @throws {UserError} when an argument is missing or there is no such function */
export function readInvocation(args: readonly string[]): Invocation {
  const [functionId, event, ...options] = args;
  if (!functionId || !event || functionId.startsWith('-') || event.startsWith('-'))
    throw new UserError(`Name a function and an event.\n\n${describeCommand(commandLines.invoke).trimEnd()}`);
  assertFunction(functionId);
  return { functionId, event, options };
}

function assertFunction(functionId: string): void {
  if (!functionIds.includes(functionId))
    throw new UserError(`There is no function ${functionId}: name one of ${functionIds.join(', ')}.`);
}

/** The options that this project reads, beside SAM. */
function readOptions(options: readonly string[]) {
  const { values } = parseArgs({
    args: options,
    options: {
      port: { type: 'string', short: 'p' },
      'debug-port': { type: 'string', short: 'd' },
      'debug-args': { type: 'string' },
      'debug-function': { type: 'string' },
    },
    strict: false,
    allowPositionals: true,
  });
  const text = (name: string) => (typeof values[name] === 'string' ? values[name] : undefined);
  return {
    setsPort: values.port !== undefined,
    debugs: values['debug-port'] !== undefined,
    debugArgs: text('debug-args'),
    debugFunction: text('debug-function'),
  };
}

/**
 * Checks the options for `sam local start-api` before anything starts.
 * @throws {UserError} for an option that would not work
 */
export function checkApiOptions(options: readonly string[], { SAM_DEBUG_PORT }: Environment): void {
  const { setsPort, debugs, debugFunction } = readOptions(options);
  if (setsPort) throw new UserError('The port is a setting: set PORT in place of --port.');
  if (debugFunction !== undefined) assertFunction(debugFunction);
  // SAM would ignore the debugger: the containers of two functions cannot have the same port.
  else if (debugs || SAM_DEBUG_PORT)
    throw new UserError(
      `Name the function to debug with --debug-function, one of ${functionIds.join(', ')}.`,
    );
}

/**
 * Adds what SAM needs under the debugger. There it replaces NODE_OPTIONS, and so the relay inside the container must be
 * started by an argument. SAM takes the last of two equal options, and it needs the arguments only under the debugger.
 * @param logicalIdOf gives the logical id of a function
 */
export function addDebugOptions(
  options: readonly string[],
  { DEBUGGER_ARGS }: Environment,
  logicalIdOf: (functionId: string) => string,
): string[] {
  const { debugArgs = DEBUGGER_ARGS, debugFunction } = readOptions(options);
  return [
    ...options,
    '--debug-args',
    [debugArgs, LOOPBACK_OPTION].filter(Boolean).join(' '),
    ...(debugFunction === undefined ? [] : ['--debug-function', logicalIdOf(debugFunction)]),
  ];
}
