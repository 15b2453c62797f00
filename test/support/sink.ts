import { createServer } from 'node:http';
import { listen } from './listen.ts';

export interface Sink {
  readonly url: string;
  /** The requests, such as `GET /path`. */
  readonly hits: readonly string[];
  close(): Promise<void>;
}

/** Starts a server that must get no request. Each hit shows that a URL of an attacker was fetched. */
export async function startSink(): Promise<Sink> {
  const hits: string[] = [];
  const server = createServer((request, response) => {
    hits.push(`${request.method} ${request.url}`);
    response.end('{}');
  });
  const { url, close } = await listen(server);
  return { url, hits, close };
}
