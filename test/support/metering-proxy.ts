import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { operationOf } from './dynamodb-requests.ts';
import { listen } from './listen.ts';

/** What an operation took, in capacity units: reads for what reads, writes for what writes. */
export interface Capacity {
  readonly table: number;
  /** By the name of the index; only those that it reached. */
  readonly indexes: Readonly<Record<string, number>>;
}

/** A request that passed, and what it took. */
export interface MeteredCall {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly output: Readonly<Record<string, unknown>>;
  readonly capacity: Capacity;
}

export interface MeteringProxy {
  readonly endpoint: string;
  /** The calls that passed since the last time. */
  takeCalls(): MeteredCall[];
  close(): Promise<void>;
}

interface ConsumedCapacity {
  readonly CapacityUnits?: number;
  readonly Table?: { readonly CapacityUnits: number };
  readonly LocalSecondaryIndexes?: Readonly<Record<string, { readonly CapacityUnits: number }>>;
}

/** Stands before a DynamoDB engine and asks it what each request for items takes (`ReturnConsumedCapacity`). */
export async function startMeteringProxy(target: string): Promise<MeteringProxy> {
  let calls: MeteredCall[] = [];
  const server = createServer(async (request, response) => {
    const operation = operationOf(request);
    const input = JSON.parse((await buffer(request)).toString());
    const { host: _, 'content-length': __, connection: ___, ...headers } = request.headers;
    const answer = await fetch(target, {
      method: 'POST',
      headers: headers as Record<string, string>,
      body: JSON.stringify({ ...input, ReturnConsumedCapacity: 'INDEXES' }),
    });
    const body = (await answer.json()) as MeteredCall['output'] & { ConsumedCapacity?: ConsumedCapacity };
    const { ConsumedCapacity } = body;
    if (ConsumedCapacity)
      calls.push({ operation, input, output: body, capacity: toCapacity(ConsumedCapacity) });
    response.writeHead(answer.status, { 'Content-Type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify(body));
  });
  const { url, close } = await listen(server);
  return {
    endpoint: url,
    takeCalls() {
      const taken = calls;
      calls = [];
      return taken;
    },
    close,
  };
}

function toCapacity({ CapacityUnits = 0, Table, LocalSecondaryIndexes = {} }: ConsumedCapacity): Capacity {
  const indexes = Object.entries(LocalSecondaryIndexes).map(([name, index]) => [name, index.CapacityUnits]);
  return { table: Table?.CapacityUnits ?? CapacityUnits, indexes: Object.fromEntries(indexes) };
}
