import { createServer } from 'node:http';
import { listen } from './listen.ts';

export interface Sink {
  readonly url: string;
  /** What was asked for, as `GET /path`. */
  readonly hits: readonly string[];
  close(): Promise<void>;
}

/** A server that nobody has a reason to ask: each hit is a URL that was followed. */
export async function startSink(): Promise<Sink> {
  const hits: string[] = [];
  const server = createServer((request, response) => {
    hits.push(`${request.method} ${request.url}`);
    response.end('{}');
  });
  const { url, close } = await listen(server);
  return { url, hits, close };
}
