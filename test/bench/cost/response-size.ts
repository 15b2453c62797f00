/**
 * The lines that API Gateway adds to the response of a function, with values as long as real ones.
 * Source: the headers of a REST API in "Troubleshooting" examples of the API Gateway developer guide; the local gateway
 * sends the same but X-Amzn-Trace-Id.
 */
export const gatewayHeaders: Readonly<Record<string, string>> = {
  Date: 'Thu, 26 Nov 2026 12:00:00 GMT',
  Connection: 'keep-alive',
  'x-amzn-RequestId': '2f1b3a5c-8d7e-4f60-9a1b-2c3d4e5f6071',
  'x-amz-apigw-id': 'ZxYwVuTsIAMEaBc=',
  'X-Amzn-Trace-Id':
    'Root=1-6925f0a1-0123456789abcdef01234567;Parent=0123456789abcdef;Sampled=0;Lineage=1:01234567:0',
};

const STATUS_LINE = 'HTTP/1.1 200 OK';
const LINE_END = 2;

/**
 * Returns the bytes of everything before the body, in HTTP/1.1. HTTP/2 compresses repeated headers, so it needs fewer.
 * @param headers those of the function
 */
export function headerBytes(headers: Readonly<Record<string, unknown>>, bodyBytes: number): number {
  const all = { ...headers, 'Content-Length': bodyBytes, ...gatewayHeaders };
  const lines = [STATUS_LINE, ...Object.entries(all).map(([name, value]) => `${name}: ${value}`), ''];
  return lines.reduce((sum, line) => sum + Buffer.byteLength(line) + LINE_END, 0);
}
