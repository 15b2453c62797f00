import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import { vi } from 'vitest';
import { table } from '../../functions/shared/table.ts';
import type { TableSpec } from '../../infra/local/deployment-spec.ts';
import { type DynamoDbEngine, localCredentials, startDynamoDb } from '../../infra/local/dynamodb/engine.ts';
import { createTables } from '../../infra/local/dynamodb/tables.ts';
import { freePort, projectDir } from './local-process.ts';

const dynoxideBinary = join(projectDir, 'node_modules/@dynoxide/linux-x64/dynoxide');

/** It is an optional dependency, with a binary for one platform. */
export const hasDynoxide = existsSync(dynoxideBinary);

/** The second engine, in memory: unlike the embedded one it answers with the item of a failed condition. */
export async function startDynoxide(): Promise<DynamoDbEngine> {
  const port = await freePort();
  const child = spawn(dynoxideBinary, ['serve', '--port', port], { stdio: 'ignore' });
  const endpoint = `http://127.0.0.1:${port}`;
  await vi.waitFor(() => fetch(endpoint), { timeout: 10_000 });
  return {
    endpoint,
    async close() {
      child.kill();
      await once(child, 'exit');
    },
  };
}

/** The engines that a store must work on, by name, and whether each is installed. */
export const engines = [
  { name: 'the embedded engine', start: () => startDynamoDb(), isInstalled: true },
  { name: 'dynoxide', start: startDynoxide, isInstalled: hasDynoxide },
] as const;

const { partitionKey, sortKey, indexes, projected } = table;
const key = (name: string, KeyType: string) => ({ AttributeName: name, KeyType });

/** The table as the template has it; test/infra/template.test.ts compares the two. */
export const tableSpec: TableSpec = {
  logicalId: 'Table',
  name: 'todos',
  properties: {
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [
      ...[partitionKey, sortKey].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      ...Object.values(indexes).map((index) => ({ AttributeName: index.sortKey, AttributeType: index.type })),
    ],
    KeySchema: [key(partitionKey, 'HASH'), key(sortKey, 'RANGE')],
    LocalSecondaryIndexes: Object.values(indexes).map((index) => ({
      IndexName: index.name,
      KeySchema: [key(partitionKey, 'HASH'), key(index.sortKey, 'RANGE')],
      Projection: {
        ProjectionType: 'INCLUDE',
        NonKeyAttributes: projected.filter((attribute) => attribute !== index.sortKey),
      },
    })),
  },
};

export interface TestTable {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  /** Every item, in the order of keys. */
  items(): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

/** An engine with the empty table in it, and a client of it. */
export async function startTable(engine: (typeof engines)[number]): Promise<TestTable> {
  const { endpoint, close } = await engine.start();
  await createTables(endpoint, 'eu-central-1', [tableSpec]);
  const base = new DynamoDBClient({ endpoint, region: 'eu-central-1', credentials: localCredentials });
  const client = DynamoDBDocumentClient.from(base, { marshallOptions: { removeUndefinedValues: true } });
  return {
    client,
    tableName: tableSpec.name,
    async items() {
      const items: Record<string, unknown>[] = [];
      for await (const { Items = [] } of paginateScan(
        { client },
        { TableName: tableSpec.name, ConsistentRead: true },
      ))
        items.push(...Items);
      const byKey = ({ pk, sk }: Record<string, unknown>) => `${pk} ${sk}`;
      return items.sort((a, b) => byKey(a).localeCompare(byKey(b)));
    },
    async close() {
      client.destroy();
      base.destroy();
      await close();
    },
  };
}

type Send = DynamoDBDocumentClient['send'];

/** The same client, with something done around every command that is sent. */
export function around(
  client: DynamoDBDocumentClient,
  wrap: (
    command: { readonly input: object; readonly name: string },
    send: () => Promise<unknown>,
  ) => Promise<unknown>,
): DynamoDBDocumentClient {
  const send = (command: Parameters<Send>[0]) =>
    wrap({ input: command.input, name: command.constructor.name.replace('Command', '') }, () =>
      client.send(command as never),
    );
  return new Proxy(client, { get: (target, name) => (name === 'send' ? send : Reflect.get(target, name)) });
}
