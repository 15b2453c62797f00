import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Answer } from './client.ts';

/**
 * Sends a GET with exactly these header lines, which no HTTP client would let pass: repeated, folded, without a
 * value, with any byte (a character is a byte, as in latin1).
 * @param apiUrl an address of the local deployment
 * @param path with the query, if any
 */
export async function getRaw(apiUrl: string, path: string, headerLines: readonly string[]): Promise<Answer> {
  const { hostname, port, host } = new URL(apiUrl);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  const lines = [`GET ${path} HTTP/1.1`, `Host: ${host}`, ...headerLines, 'Connection: close', '', ''];
  socket.write(lines.join('\r\n'), 'latin1');
  const answer = await textUntilClosed(socket);
  socket.destroy();

  const [head = '', ...rest] = answer.split('\r\n\r\n');
  const [statusLine = '', ...fields] = head.split('\r\n');
  const headers = new Headers(
    fields.map((field): [string, string] => {
      const colon = field.indexOf(':');
      return [field.slice(0, colon), field.slice(colon + 1).trim()];
    }),
  );
  const text = rest.join('\r\n\r\n');
  const isJson = /json/.test(headers.get('content-type') ?? '');
  return { status: Number(statusLine.split(' ')[1]), headers, body: isJson ? JSON.parse(text) : text };
}

/** What arrives before the end; a server that refuses a request unread may reset the connection. */
async function textUntilClosed(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk)).on('error', () => {});
  await new Promise((resolve) => socket.once('close', resolve));
  return Buffer.concat(chunks).toString();
}
