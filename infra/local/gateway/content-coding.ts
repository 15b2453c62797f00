import { promisify } from 'node:util';
import { deflate, gunzip, gzip, inflate } from 'node:zlib';
import { GatewayError } from './failures.ts';
import type { HttpResponse } from './http-response.ts';
import { PAYLOAD_LIMIT_BYTES } from './request.ts';

const coders = {
  gzip: { encode: promisify(gzip), decode: promisify(gunzip) },
  deflate: { encode: promisify(deflate), decode: promisify(inflate) },
};

type ContentCoding = keyof typeof coders;

const isCoding = (name: string): name is ContentCoding => Object.hasOwn(coders, name);

/**
 * Compresses a response as API Gateway does. It compresses when the body has the API's minimum size, the function
 * has not encoded it, and the client prefers a coding that the gateway supports. The ETag does not change.
 * Source: API Gateway guide, "Payload compression for REST APIs"
 *
 * @param acceptEncoding the header of the request; without it, or with `*`, the response is not compressed
 * @param minimumBytes undefined for an API that does not compress
 */
export async function compress(
  response: HttpResponse,
  acceptEncoding: string | undefined,
  minimumBytes: number | undefined,
): Promise<HttpResponse> {
  const body = Buffer.from(response.body);
  const isEncoded = response.headers.some(([name]) => name.toLowerCase() === 'content-encoding');
  if (minimumBytes === undefined || body.length < minimumBytes || body.length === 0 || isEncoded)
    return response;
  const coding = preferredCoding(acceptEncoding);
  if (coding === undefined || !isCoding(coding)) return response;
  return {
    ...response,
    headers: [...response.headers, ['Content-Encoding', coding]],
    body: await coders[coding].encode(body),
  };
}

/** The coding with the highest weight, the first one of several (RFC 9110 §12.5.3). */
function preferredCoding(acceptEncoding = ''): string | undefined {
  const weighted = acceptEncoding.split(',').flatMap((part) => {
    const [coding = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
    const weight = Number(parameters.find((each) => each.startsWith('q='))?.slice('q='.length) ?? 1);
    return coding !== '' && weight > 0 ? [{ coding, weight }] : [];
  });
  return weighted.sort((a, b) => b.weight - a.weight)[0]?.coding;
}

/**
 * Decodes the body of a request.
 *
 * @throws {GatewayError} UNSUPPORTED_MEDIA_TYPE for a coding that the gateway does not support, or a body that is
 *   not in the coding; REQUEST_TOO_LARGE when the decoded body is over the limit of a payload
 */
export async function decompress(
  body: Buffer | undefined,
  contentEncoding = 'identity',
): Promise<Buffer | undefined> {
  const coding = contentEncoding.trim().toLowerCase();
  if (body === undefined || coding === 'identity') return body;
  if (!isCoding(coding)) throw new GatewayError('UNSUPPORTED_MEDIA_TYPE', `content coding ${coding}`);
  try {
    return await coders[coding].decode(body, { maxOutputLength: PAYLOAD_LIMIT_BYTES });
  } catch (error) {
    const isTooLarge = (error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE';
    throw isTooLarge
      ? new GatewayError('REQUEST_TOO_LARGE')
      : new GatewayError('UNSUPPORTED_MEDIA_TYPE', `the body is not in the content coding ${coding}`);
  }
}
