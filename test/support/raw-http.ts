import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { ApiResponse } from './client.ts';

/** A request as it is sent over the wire. Each character of the strings is one byte (latin1). */
export interface RawRequest {
  readonly method: string;
  /** The request target, which may be invalid. Usually it is a path with its query. */
  readonly target: string;
  readonly headerLines: readonly string[];
  readonly body?: Buffer | undefined;
}

/** The status when no response came. The server may close the connection before it has read the whole request. */
export const CONNECTION_RESET = 0;

/** The longest time that a response may take. After it, the request counts as hanging. */
const HANGING_MS = 30_000;

/** Sends a GET request with exactly these header lines. See `sendRaw`. */
export function getRaw(apiUrl: string, target: string, headerLines: readonly string[]): Promise<ApiResponse> {
  return sendRaw(apiUrl, { method: 'GET', target, headerLines });
}

/**
 * Sends a request that an HTTP client would refuse to send. It has any target and method, and exactly these header
 * lines, which may be repeated, folded or without a value. A Host and a Content-Length are added when the lines have
 * none and do not say how the body is framed.
 * @param apiUrl the address of the local deployment
 * @throws {Error} when the request hangs
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

/** Reads until the connection is closed. A server may reset it when it refuses a request before reading all of it. */
async function textUntilClosed(socket: Socket, request: string): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk)).on('error', () => {});
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(() => reject(new Error(`No response to ${request}`)), HANGING_MS);
  socket.once('close', () => resolve());
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
  return Buffer.concat(chunks).toString();
}
