import { styleText } from 'node:util';
import type { AccessEntry } from '../local/gateway/gateway.ts';

type Format = Parameters<typeof styleText>[0];
type LogLine = Readonly<Record<string, unknown>>;
type LoggedError = Readonly<Partial<Record<'name' | 'message' | 'stack' | 'cause', unknown>>>;

/** One line for each request, and the functions' log lines, for a person at a terminal. */
export interface TerminalLog {
  /** Method, path, status, milliseconds, user id; the reason, when the gateway itself responded. */
  formatAccess(entry: AccessEntry): string;
  /** A line that a function printed; undefined when the line of the request says the same. */
  formatOutput(line: string): string | undefined;
}

/** The principal of a request that the authorizer did not let in. */
const NO_USER = 'none';

const METHOD_WIDTH = 7;
const PATH_WIDTH = 36;
const LATENCY_WIDTH = 5;

/** The functions write these for every request. */
const requestMessages: ReadonlySet<unknown> = new Set(['request', 'authorization']);

/** Fields of every line: the logger's own, and the metrics for CloudWatch. */
const commonFields: ReadonlySet<string> = new Set([
  ...['level', 'message', 'timestamp', 'service', 'sampling_rate', 'xray_trace_id', 'error'],
  '_aws',
]);

const levelFormats: Readonly<Record<string, Format>> = { WARN: 'yellow', ERROR: 'red', CRITICAL: 'red' };

/** By the first digit of the status. */
const statusFormats: Readonly<Record<string, Format>> = { 2: 'green', 3: 'cyan', 4: 'yellow', 5: 'red' };

/** @param stream the terminal; `styleText` asks it and NO_COLOR whether to use colours */
export function createTerminalLog(stream: NodeJS.WritableStream): TerminalLog {
  const style = (format: Format, text: string) => styleText(format, text, { stream });

  function formatError(error: LoggedError): string {
    const text = typeof error.stack === 'string' ? error.stack : `${error.name}: ${error.message}`;
    const cause = error.cause as LoggedError | undefined;
    const isError = typeof cause === 'object' && cause !== null;
    const lines = (isError ? `${text}\ncaused by ${formatError(cause)}` : text).split('\n');
    return lines.map((line) => (/^\s+at /.test(line) ? style('gray', line) : line)).join('\n');
  }

  return {
    formatAccess({ method, path, status, latencyMs, principalId, error }) {
      const cells = [
        style('bold', method.padEnd(METHOD_WIDTH)),
        withoutControls(path).padEnd(PATH_WIDTH),
        style(statusFormats[String(status)[0] ?? ''] ?? 'white', String(status)),
        `${String(latencyMs).padStart(LATENCY_WIDTH)} ms`,
        ...(principalId === undefined || principalId === NO_USER ? [] : [style('gray', principalId)]),
        ...(error === undefined ? [] : [style('gray', withoutControls(error))]),
      ];
      return cells.join('  ');
    },

    formatOutput(line) {
      const entry = parseLogLine(line);
      if (!entry) return line;
      if (entry.level === 'INFO' && requestMessages.has(entry.message)) return undefined;
      const level = String(entry.level);
      const head = `${style(levelFormats[level] ?? 'blue', level.padEnd(METHOD_WIDTH))}  ${entry.message}`;
      const fields = Object.entries(entry).filter(([name]) => !isCommon(name, entry));
      const words = [head, ...fields.map(([name, value]) => style('gray', `${name}=${toWord(value)}`))];
      const { error } = entry;
      const isError = typeof error === 'object' && error !== null;
      return [words.join('  '), ...(isError ? [formatError(error).replace(/^/gm, '  ')] : [])].join('\n');
    },
  };
}

function parseLogLine(line: string): LogLine | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const entry: LogLine = JSON.parse(line);
    return 'level' in entry && 'message' in entry ? entry : undefined;
  } catch {
    return undefined;
  }
}

/** The embedded metric format names the members that are metrics. */
function isCommon(name: string, { _aws }: LogLine): boolean {
  const directives = (_aws as { CloudWatchMetrics?: { Metrics: { Name: string }[] }[] } | undefined)
    ?.CloudWatchMetrics;
  const isMetric = directives?.some(({ Metrics }) => Metrics.some(({ Name }) => Name === name)) ?? false;
  return commonFields.has(name) || isMetric;
}

function toWord(value: unknown): string {
  return typeof value === 'string' && !/\s/.test(value) ? value : JSON.stringify(value);
}

/** A client chooses the path. Control characters in it could change the terminal. */
function withoutControls(text: string): string {
  return text.replace(/[\p{Cc}]/gu, '?');
}
