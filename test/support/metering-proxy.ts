import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { isPriming, operationOf } from './dynamodb-requests.ts';
import { listen } from './listen.ts';

/** The capacity units that an operation consumed: read units of a read, write units of a write. */
export interface Capacity {
  readonly table: number;
  /** The units by the name of the index. Only the indexes that the operation used are here. */
  readonly indexes: Readonly<Record<string, number>>;
}

/** A request that the proxy forwarded, and the capacity that it consumed. */
export interface MeteredCall {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly output: Readonly<Record<string, unknown>>;
  readonly capacity: Capacity;
}

export interface MeteringProxy {
  readonly endpoint: string;
  /** The calls since the last time that this method was called. */
  takeCalls(): MeteredCall[];
  close(): Promise<void>;
}

interface ConsumedCapacity {
  readonly CapacityUnits?: number;
  readonly Table?: { readonly CapacityUnits: number };
  readonly LocalSecondaryIndexes?: Readonly<Record<string, { readonly CapacityUnits: number }>>;
}

/**
 * Starts a proxy for a DynamoDB engine. It records the capacity that each request consumes. It does not record how
 * functions prime themselves, because a test cannot know when a function starts.
 */
export async function startMeteringProxy(target: string): Promise<MeteringProxy> {
  let calls: MeteredCall[] = [];
  const server = createServer(async (request, outgoing) => {
    const operation = operationOf(request);
    const sent = await buffer(request);
    const input = JSON.parse(sent.toString());
    const { host: _, 'content-length': __, connection: ___, ...headers } = request.headers;
    const upstream = await fetch(target, {
      method: 'POST',
      headers: headers as Record<string, string>,
      body: JSON.stringify({ ...input, ReturnConsumedCapacity: 'INDEXES' }),
    });
    const body = (await upstream.json()) as MeteredCall['output'] & {
      ConsumedCapacity?: ConsumedCapacity | readonly ConsumedCapacity[];
    };
    // A batch has a list, with a member for each table. The functions have one table.
    const [ConsumedCapacity] = [body.ConsumedCapacity].flat();
    if (ConsumedCapacity && !isPriming(sent))
      calls.push({ operation, input, output: body, capacity: toCapacity(ConsumedCapacity) });
    outgoing.writeHead(upstream.status, { 'Content-Type': 'application/x-amz-json-1.0' });
    outgoing.end(JSON.stringify(body));
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
