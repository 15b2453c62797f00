import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { operationOf } from './dynamodb-requests.ts';
import { listen } from './listen.ts';

/** What befalls one request to DynamoDB. */
export type DynamoDbFault =
  /** An error answer; the engine never hears of the request. */
  | { readonly kind: 'answer'; readonly status: number; readonly type: string }
  /** The connection is reset; the engine never hears of the request. */
  | { readonly kind: 'reset' }
  /** No answer comes; the engine never hears of the request. */
  | { readonly kind: 'hang'; readonly meanwhile?: () => Promise<unknown> }
  /** The engine does what it is asked, then the connection is reset. `meanwhile` happens in between. */
  | { readonly kind: 'lost-answer'; readonly meanwhile?: () => Promise<unknown> }
  /** The engine does what it is asked, and the answer never comes. */
  | { readonly kind: 'hanging-answer' }
  /** The engine does what it is asked, and half of the answer comes before the connection is reset. */
  | { readonly kind: 'cut-answer' }
  /** The engine does what it is asked, and half of the answer comes. */
  | { readonly kind: 'stalled-answer' }
  /** The answer comes late. */
  | { readonly kind: 'slow'; readonly delayMs: number };

/** What DynamoDB says when it is asked for too much. */
export const throttled = {
  kind: 'answer',
  status: 400,
  type: 'ProvisionedThroughputExceededException',
} as const;
export const broken = { kind: 'answer', status: 500, type: 'InternalServerError' } as const;

export interface FaultyProxy {
  readonly endpoint: string;
  /** Makes the next `times` requests of an operation (or of any, `*`) fail, 1 by default; a later call adds to the queue. */
  failWith(operation: string, fault: DynamoDbFault, times?: number): void;
  clearFaults(): void;
  /** The operations that arrived since the last call, failed ones included, such as `GetItem`. */
  takeOperations(): string[];
  /** The attempts that arrived since the last call, as the SDK numbers them, such as `PutItem 2/3`. */
  takeAttempts(): string[];
  close(): Promise<void>;
}

/** Stands before a DynamoDB engine and makes requests fail as planned. */
export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  const { hostname, port } = new URL(target);
  let operations: string[] = [];
  let attempts: string[] = [];
  let planned: { operation: string; fault: DynamoDbFault; remaining: number }[] = [];

  const takeFault = (operation: string): DynamoDbFault | undefined => {
    const entry = planned.find(
      (each) => each.remaining > 0 && (each.operation === operation || each.operation === '*'),
    );
    if (entry) entry.remaining -= 1;
    return entry?.fault;
  };

  const ask = async ({ method, url, headers }: IncomingMessage, body: Buffer) => {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    forward({ hostname, port, method, path: url, headers }, resolve).on('error', reject).end(body);
    const answer = await promise;
    return { status: answer.statusCode ?? 502, headers: answer.headers, body: await buffer(answer) };
  };

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const operation = operationOf(incoming);
    operations.push(operation);
    const [, attempt, most] =
      /attempt=(\d+); max=(\d+)/.exec(String(incoming.headers['amz-sdk-request'])) ?? [];
    attempts.push(`${operation} ${attempt}/${most}`);
    const body = await buffer(incoming);
    const fault = takeFault(operation);
    if (fault?.kind === 'hang') {
      await fault.meanwhile?.();
      return;
    }
    if (fault?.kind === 'reset') {
      response.destroy();
      return;
    }
    if (fault?.kind === 'answer') {
      response.writeHead(fault.status, { 'Content-Type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${fault.type}`, message: '' }));
      return;
    }
    if (fault?.kind === 'slow') await delay(fault.delayMs);
    const answer = await ask(incoming, body);
    if (fault?.kind === 'hanging-answer') return;
    if (fault?.kind === 'lost-answer') {
      await fault.meanwhile?.();
      response.destroy();
      return;
    }
    response.writeHead(answer.status, answer.headers);
    if (fault?.kind === 'cut-answer' || fault?.kind === 'stalled-answer') {
      await new Promise((resolve) =>
        response.write(answer.body.subarray(0, answer.body.length / 2), resolve),
      );
      if (fault.kind === 'cut-answer') response.destroy();
      return;
    }
    response.end(answer.body);
  }

  const server = createServer((incoming, response) => {
    serve(incoming, response).catch(() => response.destroy());
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
