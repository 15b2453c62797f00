import { StringDecoder } from 'node:string_decoder';

/** What a function writes to, as one message of its worker carries it. */
export interface OutputMessage {
  readonly type: 'output';
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

/**
 * In a worker: sends what is written to stdout and stderr as messages. Node's own pipe from a worker to its
 * parent asks for each chunk with a message back, which for a line per request cost more than the request's
 * own two messages.
 */
export function forwardOutput(post: (message: OutputMessage) => void): void {
  for (const stream of ['stdout', 'stderr'] as const) {
    const decoder = new StringDecoder();
    process[stream]._writev = (chunks, callback) => {
      const text = chunks
        .map(({ chunk }) => (typeof chunk === 'string' ? chunk : decoder.write(chunk)))
        .join('');
      post({ type: 'output', stream, text });
      callback();
    };
  }
}

/** In the parent: puts the lines of each stream together again. */
export function createLineReader(onLine: (line: string) => void) {
  const unfinished = { stdout: '', stderr: '' };
  return {
    read({ stream, text }: OutputMessage): void {
      const lines = (unfinished[stream] + text).split(/\r?\n/);
      unfinished[stream] = lines.pop() ?? '';
      lines.forEach(onLine);
    },
    /** The streams have ended: what is left are lines, too. */
    end(): void {
      for (const line of Object.values(unfinished)) if (line !== '') onLine(line);
    },
  };
}
