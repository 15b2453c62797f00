import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { isPriming, operationOf } from './dynamodb-requests.ts';
import { listen } from './listen.ts';

/** A fault that the proxy injects into one request to DynamoDB. */
export type DynamoDbFault =
  /** The proxy responds with an error. The engine does not get the request. */
  | { readonly kind: 'error-response'; readonly status: number; readonly type: string }
  /** The proxy responds with any text. The engine does not get the request. */
  | { readonly kind: 'false-response'; readonly body: string; readonly status?: number }
  /** The engine handles the request. The response has another checksum. */
  | { readonly kind: 'wrong-checksum' }
  /** The proxy resets the connection. The engine does not get the request. */
  | { readonly kind: 'reset' }
  /** The proxy sends no response. The engine does not get the request. */
  | { readonly kind: 'hang'; readonly meanwhile?: () => Promise<unknown> }
  /** The engine handles the request, `meanwhile` runs, and then the proxy resets the connection. */
  | { readonly kind: 'lost-response'; readonly meanwhile?: () => Promise<unknown> }
  /** The engine handles the request, but the proxy sends no response. */
  | { readonly kind: 'hanging-response' }
  /** The engine handles the request. The proxy sends half of the response, and resets the connection. */
  | { readonly kind: 'cut-response' }
  /** The engine handles the request. The proxy sends half of the response, and keeps the connection open. */
  | { readonly kind: 'stalled-response' }
  /** The engine handles the first item of a batch. The response names the others as unprocessed. */
  | { readonly kind: 'unprocessed' }
  /** The response comes late. */
  | { readonly kind: 'slow'; readonly delayMs: number };

/** The error of DynamoDB when the requests exceed the capacity of the table. */
export const throttled = {
  kind: 'error-response',
  status: 400,
  type: 'ProvisionedThroughputExceededException',
} as const;
export const broken = { kind: 'error-response', status: 500, type: 'InternalServerError' } as const;

/** The read with which a function primes itself at its start. It has its own faults, and is in no list of operations. */
export const PRIMING = 'Priming';

export interface FaultyProxy {
  readonly endpoint: string;
  /**
   * Adds a fault to the queue.
   * @param operation the operation that fails, or `*` for any operation of a request, or `PRIMING`
   * @param times how many of the next requests fail. Default: 1
   */
  failWith(operation: string, fault: DynamoDbFault, times?: number): void;
  clearFaults(): void;
  /** The operations of all requests since the last call, such as `GetItem`. Failed requests are included. */
  takeOperations(): string[];
  /** The attempts since the last call, such as `PutItem 2/3`. The SDK numbers them. */
  takeAttempts(): string[];
  close(): Promise<void>;
}

/** Starts a proxy for a DynamoDB engine. It injects the faults of `failWith`. */
export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  const { hostname, port } = new URL(target);
  let operations: string[] = [];
  let attempts: string[] = [];
  let planned: { operation: string; fault: DynamoDbFault; remaining: number }[] = [];

  const takeFault = (operation: string): DynamoDbFault | undefined => {
    const entry = planned.find(
      (each) =>
        each.remaining > 0 &&
        (each.operation === operation || (each.operation === '*' && operation !== PRIMING)),
    );
    if (entry) entry.remaining -= 1;
    return entry?.fault;
  };

  const forwardToEngine = async ({ method, url, headers: sent }: IncomingMessage, body: Buffer) => {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const headers = { ...sent, 'content-length': body.length };
    forward({ hostname, port, method, path: url, headers }, resolve).on('error', reject).end(body);
    const response = await promise;
    return { status: response.statusCode ?? 502, headers: response.headers, body: await buffer(response) };
  };

  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    // A client may give up before it has sent the whole body.
    const body = await buffer(incoming).catch(() => Buffer.alloc(0));
    const operation = isPriming(body) ? PRIMING : operationOf(incoming);
    if (operation !== PRIMING) {
      operations.push(operation);
      const [, attempt, most] =
        /attempt=(\d+); max=(\d+)/.exec(String(incoming.headers['amz-sdk-request'])) ?? [];
      attempts.push(`${operation} ${attempt}/${most}`);
    }
    if (!incoming.complete) return;
    const fault = takeFault(operation);
    if (fault?.kind === 'hang') {
      await fault.meanwhile?.();
      return;
    }
    if (fault?.kind === 'reset') {
      outgoing.destroy();
      return;
    }
    if (fault?.kind === 'error-response') {
      outgoing.writeHead(fault.status, { 'Content-Type': 'application/x-amz-json-1.0' });
      outgoing.end(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${fault.type}`, message: '' }));
      return;
    }
    if (fault?.kind === 'false-response') {
      outgoing.writeHead(fault.status ?? 200, { 'Content-Type': 'application/x-amz-json-1.0' });
      outgoing.end(fault.body);
      return;
    }
    if (fault?.kind === 'slow') await delay(fault.delayMs);
    if (fault?.kind === 'unprocessed') {
      const { first, toResponse } = splitBatch(body);
      const { body: processed } = await forwardToEngine(incoming, first);
      outgoing.writeHead(200, { 'Content-Type': 'application/x-amz-json-1.0' });
      outgoing.end(toResponse(processed));
      return;
    }
    const upstream = await forwardToEngine(incoming, body);
    if (fault?.kind === 'hanging-response') return;
    if (fault?.kind === 'lost-response') {
      await fault.meanwhile?.();
      outgoing.destroy();
      return;
    }
    if (fault?.kind === 'wrong-checksum') upstream.headers['x-amz-crc32'] = '1';
    outgoing.writeHead(upstream.status, upstream.headers);
    if (fault?.kind === 'cut-response' || fault?.kind === 'stalled-response') {
      await new Promise((resolve) =>
        outgoing.write(upstream.body.subarray(0, upstream.body.length / 2), resolve),
      );
      if (fault.kind === 'cut-response') outgoing.destroy();
      return;
    }
    outgoing.end(upstream.body);
  }

  const server = createServer((incoming, outgoing) => {
    serve(incoming, outgoing).catch(() => outgoing.destroy());
  });
  const { url, close } = await listen(server);
  return {
    endpoint: url,
    failWith(operation, fault, times = 1) {
      planned.push({ operation, fault, remaining: times });
    },
    clearFaults() {
      planned = [];
    },
    takeOperations() {
      const taken = operations;
      operations = [];
      return taken;
    },
    takeAttempts() {
      const taken = attempts;
      attempts = [];
      return taken;
    },
    close,
  };
}

type Writes = readonly object[];
type Reads = { readonly Keys: readonly object[] };

/**
 * Splits the request of a batch on one table.
 * @returns the request with its first item, and a function that adds the other items to the response to it
 */
function splitBatch(body: Buffer): { first: Buffer; toResponse(processed: Buffer): string } {
  const { RequestItems, ...options } = JSON.parse(body.toString());
  const [[table, items]] = Object.entries(RequestItems) as [[string, Writes | Reads]];
  const [name, first, others] =
    'Keys' in items
      ? [
          'UnprocessedKeys',
          { ...items, Keys: items.Keys.slice(0, 1) },
          { ...items, Keys: items.Keys.slice(1) },
        ]
      : ['UnprocessedItems', items.slice(0, 1), items.slice(1)];
  return {
    first: Buffer.from(JSON.stringify({ ...options, RequestItems: { [table]: first } })),
    toResponse: (processed) =>
      JSON.stringify({ ...JSON.parse(processed.toString()), [name]: { [table]: others } }),
  };
}
