import type { IncomingMessage } from 'node:http';
import { isLoopbackHost } from '../loopback.ts';
import { GatewayError } from './failures.ts';
import { splitPath } from './router.ts';

/**
 * Two quotas of API Gateway that cannot be increased. The names of the headers count, too.
 * Source: API Gateway guide, "Quotas for configuring and running a REST API in API Gateway"
 */
export const PAYLOAD_LIMIT_BYTES = 10 * 1024 * 1024;
const HEADERS_LIMIT_BYTES = 10_240;

export interface GatewayRequest {
  httpMethod: string;
  httpVersion: string;
  /** The path as the client sent it, without the query. It starts with the stage if the client used it. */
  requestPath: string;
  /** The path without the stage. */
  path: string;
  /** The decoded segments of the path. Undefined if the URL is malformed. */
  segments: string[] | undefined;
  /** The query as the client sent it, without the question mark. */
  search: string;
  /** Decoded, in the client's order. */
  query: [name: string, value: string][];
  /** In the client's order and case. */
  headers: [name: string, value: string][];
  header(name: string): string | undefined;
  sourceIp: string;
  /** The port on which the gateway received the request. */
  port: number;
}

/**
 * Reads a request without its body. The path can start with the stage, as with the host name of execute-api, or not,
 * as with a custom domain.
 */
export function readRequest(message: IncomingMessage, stageName: string): GatewayRequest {
  const [requestPath = '', ...afterPath] = (message.url ?? '/').split('?');
  const search = afterPath.join('?');
  const prefix = `/${stageName}`;
  const inStage = requestPath === prefix || requestPath.startsWith(`${prefix}/`);
  const path = inStage ? requestPath.slice(prefix.length) || '/' : requestPath;
  const url = decodeUrl(path, search);
  const { remoteAddress = '', localPort = 0 } = message.socket;
  return {
    httpMethod: message.method ?? 'GET',
    httpVersion: message.httpVersion,
    requestPath,
    path,
    segments: url?.segments,
    search,
    query: url?.query ?? [],
    headers: pairs(message.rawHeaders),
    header: (name) => {
      const value = message.headers[name.toLowerCase()];
      return Array.isArray(value) ? value.at(-1) : value;
    },
    sourceIp: remoteAddress.replace(/^::ffff:/, ''),
    port: localPort,
  };
}

/**
 * Checks what API Gateway checks before it looks for a method.
 * Source: API Gateway guide, "Amazon API Gateway important notes" for the characters of a query; RFC 9112 §3.2 for Host
 * @throws {GatewayError} with the reason
 */
export function checkRequest({ requestPath, search, segments, headers }: GatewayRequest): void {
  const bytes = headers.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  if (bytes > HEADERS_LIMIT_BYTES) throw new GatewayError('HEADERS_TOO_LARGE');
  if (!requestPath.startsWith('/')) throw new GatewayError('BAD_REQUEST', 'the request target is not a path');
  if (segments === undefined) throw new GatewayError('BAD_REQUEST', 'malformed percent-encoding');
  if (/[|{}]/.test(search)) throw new GatewayError('BAD_REQUEST', 'the query has |, { or } unencoded');
  const hosts = headers.filter(([name]) => name.toLowerCase() === 'host');
  const [[, host] = []] = hosts;
  if (hosts.length > 1) throw new GatewayError('BAD_REQUEST', 'several hosts');
  if (!isHost(host)) throw new GatewayError('BAD_REQUEST', 'malformed host');
  if (!isLoopbackHost(host)) throw new GatewayError('FORBIDDEN', 'no API has this host');
}

/**
 * Reads the body of a request. Gives undefined if there is none.
 * @throws {GatewayError} REQUEST_TOO_LARGE as soon as the body is over the limit
 * @throws {Error} if the client closes the connection before the end of the body
 */
export async function readBody(message: IncomingMessage): Promise<Buffer | undefined> {
  const { 'content-length': contentLength, 'transfer-encoding': transferEncoding } = message.headers;
  if (transferEncoding === undefined && (contentLength === undefined || contentLength === '0'))
    return undefined;
  if (Number(contentLength ?? 0) > PAYLOAD_LIMIT_BYTES) throw new GatewayError('REQUEST_TOO_LARGE');

  const chunks: Buffer[] = [];
  let size = 0;
  // `for await` would destroy the connection before the response.
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  message
    .on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= PAYLOAD_LIMIT_BYTES) {
        chunks.push(chunk);
        return;
      }
      chunks.length = 0;
      reject(new GatewayError('REQUEST_TOO_LARGE'));
    })
    .on('end', resolve)
    .on('error', reject);
  if (message.destroyed) reject(new Error('the client closed the connection'));
  await promise;
  return size > 0 ? Buffer.concat(chunks) : undefined;
}

const hostPattern = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;

/** Whether the header is a valid host. On AWS, a request with another Host header does not reach the API. */
function isHost(header: string | undefined): header is string {
  return header !== undefined && hostPattern.test(header) && URL.canParse(`http://${header}/`);
}

/**
 * Gives undefined if the percent-encoding of the URL is malformed. As in API Gateway, a semicolon ends a parameter.
 * Source: "The semicolon character (;) is not supported for any request URL query string and results in the data being
 * split", API Gateway guide, "Amazon API Gateway important notes"
 */
function decodeUrl(
  path: string,
  search: string,
): (Pick<GatewayRequest, 'query'> & { segments: string[] }) | undefined {
  try {
    return {
      segments: splitPath(path).map(decodeURIComponent),
      query: search
        .split(/[&;]/)
        .filter((pair) => pair !== '')
        .map((pair) => {
          const [name = '', ...value] = pair.replaceAll('+', ' ').split('=');
          return [decodeURIComponent(name), decodeURIComponent(value.join('='))];
        }),
    };
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

function pairs(rawHeaders: string[]): [string, string][] {
  const result: [string, string][] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2)
    result.push([rawHeaders[i] ?? '', rawHeaders[i + 1] ?? '']);
  return result;
}
