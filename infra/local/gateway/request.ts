import type { IncomingMessage } from 'node:http';
import { GatewayError } from './failures.ts';
import { splitPath } from './router.ts';

/** API Gateway's quota, which cannot be raised. */
export const PAYLOAD_LIMIT_BYTES = 10 * 1024 * 1024;

export interface GatewayRequest {
  httpMethod: string;
  httpVersion: string;
  /** As the client sent it, without the query; with the stage where the client used it. */
  requestPath: string;
  /** Without the stage. */
  path: string;
  /** Of the path; decoded. Undefined if the URL is not well-formed. */
  segments: string[] | undefined;
  /** Decoded; in order. */
  query: [name: string, value: string][];
  /** In the client's order and letter case. */
  headers: [name: string, value: string][];
  header(name: string): string | undefined;
  sourceIp: string;
  /** The port that the request came in on. */
  port: number;
}

/**
 * Reads everything of a request but its body. The stage's name may lead the path, as under execute-api's
 * own host name, or be left out, as under a custom domain that is mapped to the stage.
 */
export function readRequest(message: IncomingMessage, stageName: string): GatewayRequest {
  const [requestPath = '', ...search] = (message.url ?? '/').split('?');
  const prefix = `/${stageName}`;
  const inStage = requestPath === prefix || requestPath.startsWith(`${prefix}/`);
  const path = inStage ? requestPath.slice(prefix.length) || '/' : requestPath;
  const url = decodeUrl(path, search.join('?'));
  const { remoteAddress = '', localPort = 0 } = message.socket;
  return {
    httpMethod: message.method ?? 'GET',
    httpVersion: message.httpVersion,
    requestPath,
    path,
    segments: url?.segments,
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
 * @returns undefined if the request has no body
 * @throws GatewayError as soon as the body is known to be over the limit; the rest is not kept
 * @throws Error if the client went away before the end
 */
export async function readBody(message: IncomingMessage): Promise<Buffer | undefined> {
  const { 'content-length': contentLength, 'transfer-encoding': transferEncoding } = message.headers;
  if (transferEncoding === undefined && (contentLength === undefined || contentLength === '0'))
    return undefined;
  if (Number(contentLength ?? 0) > PAYLOAD_LIMIT_BYTES) throw new GatewayError('REQUEST_TOO_LARGE');

  const chunks: Buffer[] = [];
  let size = 0;
  // Not `for await`, which would destroy the connection before the answer.
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

/** Whether the header is a host that an address can begin with: on AWS no other one gets as far as the API. */
export function isHost(header: string | undefined): boolean {
  return header !== undefined && hostPattern.test(header) && URL.canParse(`http://${header}/`);
}

/** Absent means that an escape in the URL is not well-formed. */
function decodeUrl(
  path: string,
  search: string,
): (Pick<GatewayRequest, 'query'> & { segments: string[] }) | undefined {
  try {
    return {
      segments: splitPath(path).map(decodeURIComponent),
      query: search
        .split('&')
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
