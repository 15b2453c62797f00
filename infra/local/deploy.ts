import type { Deployment } from './deployment-spec.ts';
import { localCredentials } from './dynamodb/engine.ts';
import { createTables } from './dynamodb/tables.ts';
import { type AccessEntry, startGateway } from './gateway/gateway.ts';
import type { InvocationResult } from './lambda/invocation.ts';
import { createLambda, type Lambda } from './lambda/lambda.ts';
import { startSchedules } from './schedules.ts';
import { readDeployment } from './template/deployment.ts';

export interface LocalDeployment {
  readonly url: string;
  readonly deployment: Deployment;
  /** Invokes every function that has a schedule, without waiting for its time. */
  runSchedules(): Promise<InvocationResult[]>;
  /** Replaces the code of a function, named by the id of its construct. */
  replaceCode(functionId: string, codePath: string): void;
  close(): Promise<void>;
}

export interface LocalDeploymentOptions {
  /** A cloud assembly, as `cdk synth` writes it. */
  readonly assemblyDir: string;
  readonly dynamoDbEndpoint: string;
  /** 0 for any free one. */
  readonly port: number;
  readonly onOutput?: (line: string) => void;
  readonly onAccess?: (entry: AccessEntry) => void;
}

/** How CDK ends the logical id of a construct: with a hash of its path. */
export const LOGICAL_ID_HASH_LENGTH = 8;

/**
 * Deploys a cloud assembly to this machine: its tables to the given engine, its functions to workers, its API to
 * a gateway. Functions learn of nothing local but the engine's address, by the variable that the AWS SDK reads.
 */
export async function deployLocally(options: LocalDeploymentOptions): Promise<LocalDeployment> {
  const { assemblyDir, dynamoDbEndpoint, port, onOutput, onAccess } = options;
  const deployment = readDeployment(assemblyDir);
  await createTables(dynamoDbEndpoint, deployment.region, deployment.tables);

  const environment = {
    AWS_ENDPOINT_URL_DYNAMODB: dynamoDbEndpoint,
    AWS_ACCESS_KEY_ID: localCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: localCredentials.secretAccessKey,
  };
  const lambdas = new Map<string, Lambda>(
    deployment.functions.map((spec) => [
      spec.logicalId,
      createLambda(spec, {
        // As the credentials of a role have one: it tells whose request a request is.
        environment: { ...environment, AWS_SESSION_TOKEN: spec.logicalId },
        ...(onOutput && { onOutput }),
      }),
    ]),
  );
  const lambda = (logicalId: string): Lambda => {
    const found = lambdas.get(logicalId);
    if (!found) throw new Error(`The template has no function ${logicalId}`);
    return found;
  };

  const gateway = await startGateway({
    api: deployment.api,
    invoke: (logicalId, event) => lambda(logicalId).invoke(event),
    port,
    ...(onAccess && { onAccess }),
  });
  const schedules = startSchedules(deployment, (logicalId, event) => lambda(logicalId).invoke(event));
  return {
    url: gateway.url,
    deployment,
    runSchedules: schedules.runNow,
    replaceCode(functionId, codePath) {
      const spec = deployment.functions.find(
        ({ logicalId }) => logicalId.slice(0, -LOGICAL_ID_HASH_LENGTH) === functionId,
      );
      if (spec) lambda(spec.logicalId).replaceCode(codePath);
    },
    async close() {
      schedules.stop();
      await gateway.close();
      await Promise.all([...lambdas.values()].map((each) => each.close()));
    },
  };
}
