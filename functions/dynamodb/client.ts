import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  type DynamoDBClientConfig,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, type PutCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Environment } from '../config.ts';
import { collectBody } from './collect-body.ts';
import { table } from './table.ts';

export type Item = Readonly<Record<string, unknown>>;

/**
 * Middleware of the SDK that a function has no use for, by its names: it fills in what nobody logs, tells the SDK's
 * version to AWS, and passes on the trace header by which Lambda finds functions that call themselves, which none does
 * by way of DynamoDB. Together a sixth of the processor time of a call.
 */
export const UNUSED_MIDDLEWARE = [
  'loggerMiddleware',
  'getUserAgentMiddleware',
  'recursionDetectionMiddleware',
] as const;

/**
 * What the SDK would else look for in configuration files, which no function has: at the first request, and for the
 * address of the engine at each. All but that address are the SDK's own defaults.
 * Source: "Settings reference" and "Service-specific endpoints" in the AWS SDKs and Tools reference guide.
 */
function settings({ AWS_ENDPOINT_URL_DYNAMODB, AWS_ENDPOINT_URL }: Environment): DynamoDBClientConfig {
  const endpoint = AWS_ENDPOINT_URL_DYNAMODB || AWS_ENDPOINT_URL;
  return {
    ...(endpoint ? { endpoint } : { ignoreConfiguredEndpointUrls: true }),
    retryMode: 'standard',
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    accountIdEndpointMode: 'preferred',
    authSchemePreference: [],
    disableClockSkewCorrection: false,
  };
}

/** What an attempt waits for the head of the answer, connecting included, and from there for its end. */
const HEAD_TIMEOUT_MS = 1_000;
const BODY_TIMEOUT_MS = 500;

/**
 * A document client whose retries end well inside a function's timeout: three attempts of at most one and
 * a half seconds, with the SDK's jittered backoff between them. DynamoDB answers in milliseconds, so a slower
 * attempt is a lost one. Region, credentials and (under an emulator) the endpoint come from the environment.
 */
export function createDocumentClient(): DynamoDBDocumentClient {
  const client = new DynamoDBClient({
    ...settings(process.env),
    maxAttempts: 3,
    requestHandler: { requestTimeout: HEAD_TIMEOUT_MS, throwOnRequestTimeout: true },
    streamCollector: (body) => collectBody(body, BODY_TIMEOUT_MS),
  });
  for (const name of UNUSED_MIDDLEWARE) client.middlewareStack.remove(name);
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}

/**
 * Writes an item unless one is there already, and answers with the item that is there afterwards: this one, or
 * the one that was first. Any number of callers may race, and each may repeat it; all get the same answer.
 * @param replaceable a further condition under which an existing item may be replaced
 * @returns undefined when the other item was deleted before it could be read
 */
export async function putIfAbsent(
  client: DynamoDBDocumentClient,
  TableName: string,
  item: Item,
  replaceable?: Required<
    Pick<PutCommandInput, 'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'>
  >,
): Promise<Item | undefined> {
  const { partitionKey, sortKey } = table;
  const absent = `attribute_not_exists(${partitionKey})`;
  const ConditionExpression = replaceable ? `${absent} OR ${replaceable.ConditionExpression}` : absent;
  try {
    await client.send(new PutCommand({ TableName, Item: item, ...replaceable, ConditionExpression }));
    return item;
  } catch (error) {
    unlessConditionFailed(error);
    const Key = { [partitionKey]: item[partitionKey], [sortKey]: item[sortKey] };
    const { Item } = await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
    return Item;
  }
}

/** How many deletes are under way at once where many items go. */
const DELETES_AT_ONCE = 16;

/** Splits what is to be deleted into handfuls, each to be deleted at once. */
export function* inHandfuls<Key>(keys: readonly Key[]): Generator<readonly Key[]> {
  for (let i = 0; i < keys.length; i += DELETES_AT_ONCE) yield keys.slice(i, i + DELETES_AT_ONCE);
}

/** Passes over the failure of a condition, and throws every other error again. */
export function unlessConditionFailed(error: unknown): undefined {
  if (!(error instanceof ConditionalCheckFailedException)) throw error;
}

/** Awaits a conditional write: true when it took place, false when its condition did not hold. */
export async function conditionHeld(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    unlessConditionFailed(error);
    return false;
  }
}
