import type { APIGatewayProxyEvent } from 'aws-lambda';
import { parseJson } from '../json.ts';
import { ProblemError } from './problem.ts';

/** The largest body that a route reads, in bytes. */
export const MAX_BODY_BYTES = 65_536;

/** The parts of a request that routes read. Only HTTP is parsed here. */
export interface RequestReader {
  readonly method: string;
  readonly pathParameters: Readonly<Record<string, string | undefined>>;
  /** All values of each query parameter. */
  readonly queryParameters: Readonly<Record<string, readonly string[] | undefined>>;
  /** The absolute address of the API as the client sees it, with stage or base path, without a final slash. */
  readonly baseUrl: string;
  /** The value of a header, by its name in any case. Several values are joined (RFC 9110 §5.3). */
  header(name: string): string | undefined;
  readonly hasBody: boolean;
  /**
   * The JSON body.
   * @throws {ProblemError} 415 for another content type or charset or a compressed body, 413 for a body that is too
   * large, 400 for bytes that are not UTF-8 and for bad JSON
   */
  json(): unknown;
}

/** Reads a proxy event of API Gateway (payload format 1.0). */
export function createRequestReader(event: APIGatewayProxyEvent): RequestReader {
  const header = (name: string) => readHeader(event, name);
  return {
    method: event.httpMethod,
    pathParameters: event.pathParameters ?? {},
    queryParameters: event.multiValueQueryStringParameters ?? {},
    baseUrl: `${header('X-Forwarded-Proto') ?? 'https'}://${event.requestContext.domainName}${basePath(event)}`,
    header,
    hasBody: Boolean(event.body),
    json: () => readJson(event, { type: header('Content-Type'), encoding: header('Content-Encoding') }),
  };
}

/** The value of a header, by its name in any case. Several values are joined (RFC 9110 §5.3). */
export function readHeader(event: APIGatewayProxyEvent, name: string): string | undefined {
  const wanted = name.toLowerCase();
  for (const [key, values] of Object.entries(event.multiValueHeaders ?? {})) {
    if (key.toLowerCase() === wanted) return values?.join(', ');
  }
  return undefined;
}

/** The part of the path before the route: the stage, or the base path of a custom domain. */
function basePath(event: APIGatewayProxyEvent): string {
  const segments = (path: string) => path.split('/').filter(Boolean);
  const all = segments(event.requestContext.path);
  const base = all.slice(0, all.length - segments(event.resource).length);
  return base.map((segment) => `/${segment}`).join('');
}

const jsonMediaType = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i;

/** UTF-8 is the only encoding of JSON (RFC 8259 §8.1). `utf8` is a common name of it (Encoding standard §4.2). */
const utf8 = /^(?:utf-?8|"utf-?8")$/i;

/** What a decoder puts in the place of bytes that are not UTF-8. */
const REPLACEMENT_CHARACTER = '\ufffd';
const BYTE_ORDER_MARK = '\ufeff';

/** Whether a media type names no charset but UTF-8. */
function isUtf8(type: string): boolean {
  const [, ...parameters] = type.split(';').map((part) => part.split('=', 2).map((text) => text.trim()));
  return parameters.every(([name = '', value = '']) => name.toLowerCase() !== 'charset' || utf8.test(value));
}

function readJson(
  event: APIGatewayProxyEvent,
  { type, encoding }: { readonly type: string | undefined; readonly encoding: string | undefined },
): unknown {
  if (type !== undefined && !jsonMediaType.test(type)) {
    throw new ProblemError('unsupported_media_type', 'The body must be sent as application/json.');
  }
  if (type !== undefined && !isUtf8(type)) {
    throw new ProblemError('unsupported_media_type', 'The charset of the body must be UTF-8.');
  }
  // `identity` stands for no coding (RFC 9110 §8.4.1).
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new ProblemError('unsupported_media_type', 'The body must not be compressed.');
  }
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (body.byteLength > MAX_BODY_BYTES) {
    throw new ProblemError('content_too_large', `The body must not be larger than ${MAX_BODY_BYTES} bytes.`);
  }
  const text = body.toString('utf8');
  // API Gateway decodes a body before a function sees it, so the replacement character is all that is left of bytes
  // that are not UTF-8. To refuse it is the only way not to store a text that its client did not send.
  if (text.includes(REPLACEMENT_CHARACTER)) {
    throw new ProblemError(
      'invalid_request',
      'The body is not UTF-8, or it has the replacement character U+FFFD. Send this character as \\ufffd.',
    );
  }
  try {
    // A parser may ignore a byte order mark (RFC 8259 §8.1).
    return parseJson(text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text);
  } catch (cause) {
    throw new ProblemError('invalid_request', 'The body is not valid JSON.', { cause });
  }
}
