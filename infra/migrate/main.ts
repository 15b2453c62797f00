import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { tableDefinition } from '../deploy/table-definition.ts';
import { localCredentials } from '../local/dynamodb/engine.ts';
import { describeTable } from '../local/dynamodb/tables.ts';
import { UserError } from '../local/user-error.ts';
import { print, runScript } from '../start/command.ts';
import { type CommandLine, readCommandLine } from '../start/options.ts';
import { openCheckpoint } from './checkpoint.ts';
import { migrate, type Transform } from './copy.ts';

const MAX_ATTEMPTS = 10;
const MAX_WAIT_SECONDS = 300;

const commandLine: CommandLine = {
  usage: 'npm run migrate -- <source> <target> [transformation] [options]',
  summary:
    'Copies the items of a DynamoDB table to an empty one, and compares the two. After a crash, the same command goes on. Nobody may write to the tables meanwhile.',
  arguments: {
    source: 'The name of the table to copy from.',
    target: 'The name of the table to copy to.',
    transformation: 'A module whose default export takes an item, and gives the new one or undefined.',
  },
  options: { create: 'Create the target, with the keys and local indexes of functions/table.ts.' },
  environment: {
    AWS_REGION: 'Region of the tables.',
    DYNAMODB_ENDPOINT: 'URL of a local engine. Default: DynamoDB, with your AWS credentials.',
    DATA_DIR: 'Folder of the checkpoint. Default: .local.',
  },
};

/** `npm run migrate`: copies a table, with a transformation. */
async function main(): Promise<void> {
  const { options, positionals } = readCommandLine(commandLine, process.argv.slice(2));
  const [source, target, file, ...others] = positionals;
  if (source === undefined || target === undefined || others.length > 0)
    throw new UserError(`Name a source and a target: ${commandLine.usage}`);
  const transformation = file === undefined ? undefined : await loadTransformation(resolve(file));
  const client = createClient(process.env);
  if (options.has('create')) await createTable(client, target);
  const path = resolve(process.env.DATA_DIR || '.local', 'migrate', `${source}-to-${target}.json`);
  print(`The checkpoint is ${path}.`);
  await migrate({
    client,
    source,
    target,
    transform: transformation?.transform,
    transformation: transformation?.digest ?? 'none',
    checkpoint: openCheckpoint(path),
    print,
  });
}

function createClient({ DYNAMODB_ENDPOINT }: NodeJS.ProcessEnv): DynamoDBClient {
  const local = { endpoint: DYNAMODB_ENDPOINT ?? '', region: 'eu-central-1', credentials: localCredentials };
  return new DynamoDBClient({ maxAttempts: MAX_ATTEMPTS, ...(DYNAMODB_ENDPOINT && local) });
}

async function loadTransformation(path: string): Promise<{ transform: Transform; digest: string }> {
  const digest = createHash('sha256').update(readFileSync(path)).digest('hex');
  const { default: transform } = await import(pathToFileURL(path).href);
  if (typeof transform !== 'function')
    throw new UserError(`${path} must export a function as its default, which takes an item and gives one.`);
  return { transform, digest };
}

/** Creates the table, unless an earlier run did. */
async function createTable(client: DynamoDBClient, TableName: string): Promise<void> {
  if ((await describeTable(client, TableName)) !== undefined) return;
  await client.send(new CreateTableCommand({ ...tableDefinition, TableName }));
  await waitUntilTableExists(
    { client, maxWaitTime: MAX_WAIT_SECONDS, minDelay: 1, maxDelay: 5 },
    { TableName },
  );
  print(`Created the table ${TableName}.`);
}

await runScript(main);
