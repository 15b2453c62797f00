import { StringDecoder } from 'node:string_decoder';

/** Text that a function wrote, as a message of its worker. */
export interface OutputMessage {
  readonly type: 'output';
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

/**
 * In a worker: sends the text of stdout and stderr as messages. Node's own pipe from a worker to its parent
 * acknowledges each chunk with a message, which costs more than the two messages of the request itself.
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

/** In the parent: joins the chunks of each stream to lines. */
export function createLineReader(onLine: (line: string) => void) {
  const unfinished = { stdout: '', stderr: '' };
  return {
    read({ stream, text }: OutputMessage): void {
      const lines = (unfinished[stream] + text).split(/\r?\n/);
      unfinished[stream] = lines.pop() ?? '';
      lines.forEach(onLine);
    },
    /** At the end of the streams, gives the unfinished lines. */
    end(): void {
      for (const line of Object.values(unfinished)) if (line !== '') onLine(line);
    },
  };
}
