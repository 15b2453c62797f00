import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { ApiResponse } from './client.ts';

/** A request as it goes over the wire. In all texts a character is a byte, as in latin1. */
export interface RawRequest {
  readonly method: string;
  /** What stands between the method and the version: a path with its query, or whatever else. */
  readonly target: string;
  readonly headerLines: readonly string[];
  readonly body?: Buffer | undefined;
}

/** The status of no answer: the server may have closed the connection before all of the request was sent. */
export const CONNECTION_RESET = 0;

/** How long any answer may take: past it the request hangs. */
const HANGING_MS = 30_000;

/** Sends a GET with exactly these header lines; see `sendRaw`. */
export function getRaw(apiUrl: string, target: string, headerLines: readonly string[]): Promise<ApiResponse> {
  return sendRaw(apiUrl, { method: 'GET', target, headerLines });
}

/**
 * Sends a request as no HTTP client would let it pass: with any target and method, and exactly these header lines,
 * repeated, folded, without a value. Beside them there are only a Host, unless the lines have one, and the length
 * of a body, unless they say how it is framed.
 * @param apiUrl an address of the local deployment
 * @throws when no answer comes
 */
export async function sendRaw(
  apiUrl: string,
  { method, target, headerLines, body }: RawRequest,
): Promise<ApiResponse> {
  const { hostname, port, host } = new URL(apiUrl);
  const has = (name: RegExp) => headerLines.some((line) => name.test(line));
  const isFramed = body === undefined || has(/^(content-length|transfer-encoding)\b/i);
  const lines = [
    `${method} ${target} HTTP/1.1`,
    ...(has(/^host:/i) ? [] : [`Host: ${host}`]),
    ...headerLines,
    ...(isFramed ? [] : [`Content-Length: ${body.byteLength}`]),
    ...['Connection: close', '', ''],
  ];

  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.write(lines.join('\r\n'), 'latin1');
  if (body) socket.write(body);
  const response = await textUntilClosed(socket, `${method} ${target.slice(0, 200)}`);
  socket.destroy();
  return parse(response);
}

function parse(response: string): ApiResponse {
  const [head = '', ...rest] = response.split('\r\n\r\n');
  const [statusLine = '', ...fields] = head.split('\r\n');
  const headers = new Headers(
    fields.map((field): [string, string] => {
      const colon = field.indexOf(':');
      return [field.slice(0, colon), field.slice(colon + 1).trim()];
    }),
  );
  const text = rest.join('\r\n\r\n');
  const isJson = /json/.test(headers.get('content-type') ?? '');
  return {
    status: Number(statusLine.split(' ')[1] ?? CONNECTION_RESET),
    headers,
    body: isJson && text ? JSON.parse(text) : text,
  };
}

/** What arrives before the end; a server that refuses a request unread may reset the connection. */
async function textUntilClosed(socket: Socket, request: string): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk)).on('error', () => {});
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(() => reject(new Error(`No response came to ${request}`)), HANGING_MS);
  socket.once('close', () => resolve());
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
  return Buffer.concat(chunks).toString();
}
