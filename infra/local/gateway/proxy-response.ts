import { GatewayError } from './failures.ts';
import { type HttpResponse, isValidHeader } from './http-response.ts';
import { isBinary } from './media-type.ts';

/**
 * Headers of an integration that the gateway renames to `x-amzn-Remapped-<name>`.
 * Source: API Gateway guide, "Important notes for REST APIs"
 */
const remapped = new Set([
  'authorization',
  'connection',
  'content-length',
  'content-md5',
  'date',
  'max-forwards',
  'server',
  'user-agent',
  'www-authenticate',
]);

/** Headers of an integration that the gateway removes. Source: the same page. */
const dropped = new Set([
  'expect',
  'host',
  'proxy-authenticate',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Makes the response from the result of a function.
 * Source: API Gateway guide, "Output format of a Lambda function for proxy integration"
 *
 * @param accept the Accept header of the request; a Base64 body is decoded if its first media type is binary
 * @throws {GatewayError} INTEGRATION_FAILURE, a 502, when the result is malformed
 */
export function parseProxyResponse(payload: unknown, binaryMediaTypes: string[], accept = ''): HttpResponse {
  if (!isRecord(payload)) throw malformed('the result is not an object');
  const { statusCode, headers, multiValueHeaders, body, isBase64Encoded } = payload;
  // An informational status is not a final response (RFC 9110 §15.2).
  if (
    typeof statusCode !== 'number' ||
    !Number.isInteger(statusCode) ||
    statusCode < 200 ||
    statusCode > 599
  ) {
    throw malformed('statusCode is not an integer from 200 to 599');
  }
  if (body !== undefined && body !== null && typeof body !== 'string')
    throw malformed('body is not a string');
  if (isBase64Encoded !== undefined && typeof isBase64Encoded !== 'boolean') {
    throw malformed('isBase64Encoded is not a boolean');
  }

  const merged = mergeHeaders(headers, multiValueHeaders);
  if (!merged.some(([name]) => name.toLowerCase() === 'content-type')) {
    merged.push(['Content-Type', 'application/json']);
  }
  const decodes = isBase64Encoded === true && isBinary(accept.split(',', 1)[0], binaryMediaTypes);
  return {
    status: statusCode,
    headers: merged,
    body: decodes ? Buffer.from(body ?? '', 'base64') : (body ?? ''),
  };
}

function mergeHeaders(headers: unknown, multiValueHeaders: unknown): [string, string][] {
  const merged: [string, string][] = [];
  for (const [name, values] of entriesOf(multiValueHeaders, 'multiValueHeaders')) {
    if (!Array.isArray(values)) throw malformed(`multiValueHeaders.${name} is not a list`);
    for (const value of values) addHeader(merged, name, value);
  }
  for (const [name, value] of entriesOf(headers, 'headers')) addHeader(merged, name, value);
  return merged;
}

function addHeader(merged: [string, string][], name: string, value: unknown): void {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
    throw malformed(`header ${name} is not a string`);
  }
  const text = String(value);
  if (!isValidHeader(name, text)) throw malformed(`header ${name} is not valid in HTTP`);
  const lowerCase = name.toLowerCase();
  if (dropped.has(lowerCase)) return;
  const sentName = remapped.has(lowerCase) ? `x-amzn-Remapped-${name}` : name;
  const isRepeated = merged.some(([other, otherValue]) => other === sentName && otherValue === text);
  if (!isRepeated) merged.push([sentName, text]);
}

function entriesOf(value: unknown, property: string): [string, unknown][] {
  if (value === undefined || value === null) return [];
  if (!isRecord(value)) throw malformed(`${property} is not an object`);
  return Object.entries(value);
}

function malformed(detail: string): GatewayError {
  return new GatewayError('INTEGRATION_FAILURE', `Malformed Lambda proxy response: ${detail}`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
