import { type ParseArgsConfig, type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { UserError } from '../local/user-error.ts';

/** What a script takes, for `--help` and for the check of its command line. */
export interface CommandLine {
  /** How to call it, such as `npm start -- [options]`. */
  readonly usage: string;
  /** One or two sentences: what it does. */
  readonly summary: string;
  /** Boolean options by their names, without the dashes, with what each one does. */
  readonly options?: Readonly<Record<string, string>>;
  /** Options that take a value, by their names, without the dashes, with what each one means. */
  readonly values?: Readonly<Record<string, string>>;
  /** Positional arguments and their meaning; a command without them refuses every argument that is no option. */
  readonly arguments?: Readonly<Record<string, string>>;
  /** Whether unknown options are for another program, which the script starts. */
  readonly passThrough?: boolean;
  /** Environment variables with their meaning and their default. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** The names of the options that were given, their values, and the positional arguments in their order. */
export interface Arguments {
  readonly options: ReadonlySet<string>;
  /** The values of the options that take one, by the name of the option. */
  readonly values: Readonly<Record<string, string | undefined>>;
  readonly positionals: readonly string[];
}

const HELP = 'help';
const INDENT = '  ';

/**
 * Reads a command line. With `--help` it prints the help and ends the process.
 * @throws {UserError} that lists the known options, when an option or an argument is not known
 */
export function readCommandLine(command: CommandLine, args: readonly string[]): Arguments {
  const given = parse(command, args);
  if (!given.options.has(HELP)) return given;
  process.stdout.write(describeCommand(command));
  process.exit(0);
}

/**
 * Checks and reads a command line; `--help` is an option like the others.
 * @throws {UserError} that lists the known options, when an option or an argument is not known
 */
export function parse(command: CommandLine, args: readonly string[]): Arguments {
  const options: ParseArgsOptionsConfig = { [HELP]: { type: 'boolean' } };
  for (const name of Object.keys(command.options ?? {})) options[name] = { type: 'boolean' };
  for (const name of Object.keys(command.values ?? {})) options[name] = { type: 'string' };
  const config: ParseArgsConfig = {
    args,
    options,
    // The value of another program's option looks like an argument.
    allowPositionals: !!command.passThrough || command.arguments !== undefined,
    strict: !command.passThrough,
  };
  try {
    const { values, positionals } = parseArgs(config);
    const texts = Object.entries(values).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    );
    return { options: new Set(Object.keys(values)), values: Object.fromEntries(texts), positionals };
  } catch (cause) {
    const known = Object.keys(options).map((name) => `--${name}`);
    const [reason] = (cause as Error).message.split('. ');
    throw new UserError(`${reason}. Known options: ${known.sort().join(', ')}.`, { cause });
  }
}

/** The text of `--help`: usage, arguments, options and environment variables. */
export function describeCommand(command: CommandLine): string {
  const options = { ...command.options, ...command.values, [HELP]: 'Print this help.' };
  const dashed = Object.fromEntries(Object.entries(options).map(([name, text]) => [`--${name}`, text]));
  return [
    `Usage: ${command.usage}`,
    '',
    command.summary,
    ...section('Arguments', command.arguments),
    ...section('Options', dashed),
    ...section('Environment variables', command.environment),
    '',
  ].join('\n');
}

function section(title: string, entries: Readonly<Record<string, string>> = {}): string[] {
  const names = Object.keys(entries);
  if (names.length === 0) return [];
  const width = Math.max(...names.map((name) => name.length));
  return [
    '',
    `${title}:`,
    ...Object.entries(entries).map(([name, text]) => `${INDENT}${name.padEnd(width)}  ${text}`),
  ];
}
