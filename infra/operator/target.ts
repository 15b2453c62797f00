import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  CloudWatchLogsClient,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { issuerOf } from '../../functions/config.ts';
import { ulid } from '../../functions/dynamodb/ulid.ts';
import { readStage, stackNameOf } from '../config/stages.ts';
import { localCredentials } from '../local/dynamodb/engine.ts';
import { UserError } from '../local/user-error.ts';
import { type RunningSystem, runningSystemFile } from '../start/running-system.ts';

/** A deployed system, as far as a command for operators needs it. */
export interface Target {
  /** For the operator, such as `the stage prod in eu-central-1`. */
  readonly name: string;
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  /** The issuer of the tenant. */
  readonly issuer: string;
  /** The address of the API, without a final slash. */
  readonly apiUrl: string;
  /** How to make the gateway forget its cached policies at once. */
  readonly flushCommand: string;
  /** Writes a line to the log of operations. */
  readonly log: (line: Readonly<Record<string, unknown>>) => Promise<void>;
}

/**
 * The system that `npm start` runs on this machine.
 * @param dataDir the folder of its data
 * @param printLog prints a line of the log of operations
 * @throws {UserError} when none runs
 */
export function localTarget(dataDir: string, printLog: (line: string) => void): Target {
  let system: RunningSystem;
  try {
    system = JSON.parse(readFileSync(join(dataDir, runningSystemFile), 'utf8'));
  } catch (cause) {
    throw new UserError(
      `No system of ${dataDir} is running. Run npm start in another terminal, or name a deployed stage with --stage.`,
      { cause },
    );
  }
  const { dynamoDbEndpoint: endpoint, region, tableName, auth0Domain, apiUrl } = system;
  const client = new DynamoDBClient({ endpoint, region, credentials: localCredentials });
  return {
    name: `the local system at ${apiUrl}`,
    client: DynamoDBDocumentClient.from(client, marshalling),
    tableName,
    issuer: issuerOf(auth0Domain),
    apiUrl,
    flushCommand: 'Stop npm start, and run it again.',
    log: async (line) => printLog(JSON.stringify(line)),
  };
}

const marshalling = { marshallOptions: { removeUndefinedValues: true } };

/** The outputs of the stack that the commands use. infra/stack.ts declares them. */
const outputNames = ['TableName', 'ApiUrl', 'RestApiId', 'Auth0Domain', 'OperationsLogName'] as const;

/**
 * A deployed stage, by the outputs of its stack. Region and credentials are those of the AWS SDK: environment variables,
 * or a profile.
 * @throws {UserError} when the region, the credentials or the stack is missing
 */
export async function stageTarget(stage: string): Promise<Target> {
  const stackName = stackNameOf(readStage(stage));
  const cloudFormation = new CloudFormationClient();
  const region = await cloudFormation.config.region().catch((cause) => {
    throw new UserError('The AWS region is not set. Set AWS_REGION to the region of the stage.', { cause });
  });
  const { Stacks = [] } = await cloudFormation
    .send(new DescribeStacksCommand({ StackName: stackName }))
    .catch((cause) => {
      throw new UserError(
        `The stack ${stackName} in ${region} cannot be read: ${cause.message} Check the stage, AWS_REGION, and the AWS credentials.`,
        { cause },
      );
    });
  const outputs = Object.fromEntries(
    (Stacks[0]?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
  );
  const missing = outputNames.filter((name) => !outputs[name]);
  if (missing.length > 0) {
    throw new UserError(
      `The stack ${stackName} has no output ${missing.join(', ')}. Deploy the stage again with this version.`,
    );
  }
  const output = (name: (typeof outputNames)[number]) => outputs[name] as string;
  return {
    name: `the stage ${stage} in ${region}`,
    client: DynamoDBDocumentClient.from(new DynamoDBClient({ region }), marshalling),
    tableName: output('TableName'),
    issuer: issuerOf(output('Auth0Domain')),
    apiUrl: output('ApiUrl').replace(/\/$/, ''),
    flushCommand: `aws apigateway flush-stage-authorizers-cache --region ${region} --rest-api-id ${output('RestApiId')} --stage-name ${stage}`,
    log: createOperationsLog(new CloudWatchLogsClient({ region }), output('OperationsLogName')),
  };
}

/**
 * Writes to a log group, in a stream of its own for each run. CloudTrail records who created a stream, so the lines
 * need not name the operator.
 */
function createOperationsLog(client: CloudWatchLogsClient, logGroupName: string): Target['log'] {
  const logStreamName = ulid(Date.now());
  let created: Promise<unknown> | undefined;
  return async (line) => {
    created ??= client.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
    await created;
    const logEvents = [{ timestamp: Date.now(), message: JSON.stringify(line) }];
    await client.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
  };
}
