import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Environment } from '../config.ts';
import { checkResponses } from './check-responses.ts';
import { collectBody } from './collect-body.ts';

/** What every store takes. */
export interface StoreDependencies {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** A new id that sorts by the time, which is in milliseconds since the epoch. */
  readonly newId: (time: number) => string;
}

/**
 * The names of the SDK's middleware that the functions do not need. They collect data for a logger, send the SDK's
 * version to AWS, and forward a header. Lambda uses this header to detect functions that call themselves through other
 * services. Together they take a sixth of the processor time of a call.
 */
export const UNUSED_MIDDLEWARE = [
  'loggerMiddleware',
  'getUserAgentMiddleware',
  'recursionDetectionMiddleware',
] as const;

/**
 * The settings that the SDK would otherwise look up in configuration files. A function has no such files, and the SDK
 * looks for the endpoint at every request. All values except the endpoint are the SDK's own defaults.
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

/** How long an attempt waits for the head of the response, connecting included, and then for the end of the body. */
const HEAD_TIMEOUT_MS = 1_000;
const BODY_TIMEOUT_MS = 500;

/**
 * A document client whose retries end well inside a function's timeout: three attempts of at most one and a half
 * seconds, with the SDK's jittered backoff between them. DynamoDB responds in milliseconds, so a slower attempt is
 * lost. Region, credentials and (for an emulator) the endpoint come from the environment.
 */
export function createDocumentClient(): DynamoDBDocumentClient {
  const client = new DynamoDBClient({
    ...settings(process.env),
    maxAttempts: 3,
    requestHandler: { requestTimeout: HEAD_TIMEOUT_MS, throwOnRequestTimeout: true },
    streamCollector: (body) => collectBody(body, BODY_TIMEOUT_MS),
  });
  for (const name of UNUSED_MIDDLEWARE) client.middlewareStack.remove(name);
  checkResponses(client);
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}
