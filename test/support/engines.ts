import { randomUUID } from 'node:crypto';
import { DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DynamoDBDocumentClient,
  paginateScan,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { tableDefinition } from '../../infra/deploy/table-definition.ts';
import type { TableSpec } from '../../infra/local/deployment-spec.ts';
import { type DynamoDbEngine, localCredentials, startDynamoDb } from '../../infra/local/dynamodb/engine.ts';
import { createTables } from '../../infra/local/dynamodb/tables.ts';
import { hasDynoxide, startDynoxide } from './dynoxide.ts';

export const EMBEDDED_ENGINE = 'the embedded engine';

interface TestEngine {
  readonly name: string;
  readonly isInstalled: boolean;
  start(): Promise<DynamoDbEngine>;
}

/** The address of an engine that is already running, such as Amazon's DynamoDB Local. */
const external = process.env.DYNAMODB_ENDPOINT;

const allEngines: readonly TestEngine[] = [
  { name: EMBEDDED_ENGINE, start: () => startDynamoDb(), isInstalled: true },
  { name: 'dynoxide', start: startDynoxide, isInstalled: hasDynoxide },
  {
    name: `the engine at ${external}`,
    start: async () => ({ endpoint: String(external), close: async () => {} }),
    isInstalled: true,
  },
];

/**
 * The name of the engine that a project tests: the engine at DYNAMODB_ENDPOINT, or else the engine that TEST_ENGINE
 * names, or else the embedded engine.
 * @param environment the environment of the project
 */
export function chooseEngine({ TEST_ENGINE = EMBEDDED_ENGINE }: NodeJS.ProcessEnv): string {
  return external ? `the engine at ${external}` : TEST_ENGINE;
}

/** The name of the engine that the project of this test file tests. */
export const engineName = chooseEngine(process.env);

/** A list of one, for `describe.each`, which shows the name of the engine. */
export const engines: readonly TestEngine[] = allEngines.filter(({ name }) => name === engineName);

/** Starts the engine with this name. */
export async function startEngine(engineName: string): Promise<DynamoDbEngine> {
  const engine = allEngines.find(({ name }) => name === engineName);
  if (!engine) throw new Error(`There is no engine ${engineName}.`);
  return engine.start();
}

/** The table of the template. test/infra/template.test.ts compares the two. */
export const tableSpec: TableSpec = { logicalId: 'Table', name: 'todos', properties: tableDefinition };

export interface TestTable {
  readonly client: DynamoDBDocumentClient;
  /** The address of the engine. */
  readonly endpoint: string;
  readonly tableName: string;
  /** Every item, in the order of its key. */
  items(): Promise<Record<string, unknown>[]>;
  /** Creates another empty table in the same engine. To close it leaves the engine running. */
  another(): Promise<TestTable>;
  close(): Promise<void>;
}

/** Starts an engine, creates an empty table with a new name, and gives a client for it. */
export async function startTable(engine: TestEngine): Promise<TestTable> {
  return createTestTable(await engine.start());
}

async function createTestTable({ endpoint, close }: DynamoDbEngine): Promise<TestTable> {
  const TableName = `todos-${randomUUID()}`;
  await createTables(endpoint, 'eu-central-1', [{ ...tableSpec, name: TableName }]);
  const base = new DynamoDBClient({ endpoint, region: 'eu-central-1', credentials: localCredentials });
  const client = DynamoDBDocumentClient.from(base, { marshallOptions: { removeUndefinedValues: true } });
  return {
    client,
    endpoint,
    tableName: TableName,
    async items() {
      const items: Record<string, unknown>[] = [];
      for await (const { Items = [] } of paginateScan({ client }, { TableName, ConsistentRead: true }))
        items.push(...Items);
      const byKey = ({ pk, sk }: Record<string, unknown>) => `${pk} ${sk}`;
      return items.sort((a, b) => byKey(a).localeCompare(byKey(b)));
    },
    another: () => createTestTable({ endpoint, close: async () => {} }),
    async close() {
      await client.send(new DeleteTableCommand({ TableName }));
      client.destroy();
      base.destroy();
      await close();
    },
  };
}

type Send = DynamoDBDocumentClient['send'];

/**
 * Wraps a client, so that a function runs in place of each `send`.
 * @param wrap takes the command, and a function that sends it
 */
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

/** Wraps a client, so that each page of a query ends early, as DynamoDB ends a page after 1 MB. */
export function cutShort(client: DynamoDBDocumentClient, itemsOfPage: number): DynamoDBDocumentClient {
  return around(client, async ({ name, input }, send) => {
    if (name !== 'Query') return send();
    const { Limit = itemsOfPage, ...query } = input as QueryCommandInput;
    return client.send(new QueryCommand({ ...query, Limit: Math.min(itemsOfPage, Limit) }));
  });
}
