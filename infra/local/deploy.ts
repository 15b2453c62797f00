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
  /** What is deployed now. */
  readonly deployment: Deployment;
  /** Invokes every function that has a schedule, without waiting for its time. */
  runSchedules(): Promise<InvocationResult[]>;
  /** Replaces the code of a function. `functionId` is the id of its construct. */
  replaceCode(functionId: string, codePath: string): void;
  /**
   * Deploys another cloud assembly in place of the present one, at the same address. When the new assembly is refused,
   * the present one goes on serving.
   * @throws {TemplateError} when the assembly cannot be deployed locally
   * @throws {UserError} when the engine does not respond, or has a table with other keys or indexes
   */
  update(assemblyDir: string): Promise<void>;
  close(): Promise<void>;
}

export interface LocalDeploymentOptions {
  /** A cloud assembly, as `cdk synth` writes it. */
  readonly assemblyDir: string;
  readonly dynamoDbEndpoint: string;
  /** 0 for any free port. */
  readonly port: number;
  /** Takes each line that a function prints. */
  readonly onOutput?: (line: string) => void;
  /** Takes an entry for each response of the gateway. */
  readonly onAccess?: (entry: AccessEntry) => void;
}

/** CDK ends the logical id of a construct with a hash of its path. */
export const LOGICAL_ID_HASH_LENGTH = 8;

/**
 * Deploys a cloud assembly to this machine: its tables to the given engine, its functions to worker threads, its API
 * to a gateway. The only local thing that a function gets is the engine's address, in the variable that the AWS SDK
 * reads.
 * @throws {TemplateError} when the assembly cannot be deployed locally
 * @throws {UserError} when the engine does not respond, or has a table with other keys or indexes
 * @throws the error of listening, such as one with code EADDRINUSE
 */
export async function deployLocally(options: LocalDeploymentOptions): Promise<LocalDeployment> {
  const { port, onAccess } = options;
  let system = await prepareSystem(options.assemblyDir, options);
  const gateway = await startGateway({
    api: system.deployment.api,
    invoke: system.invoke,
    port,
    ...(onAccess && { onAccess }),
  });
  let schedules = startSchedules(system.deployment, system.invoke);

  return {
    url: gateway.url,
    get deployment() {
      return system.deployment;
    },
    runSchedules: () => schedules.runNow(),
    replaceCode: (functionId, codePath) => system.replaceCode(functionId, codePath),
    async update(assemblyDir) {
      const next = await prepareSystem(assemblyDir, options);
      // The port stays open. So nothing can fail after this line.
      gateway.serve({ api: next.deployment.api, invoke: next.invoke });
      schedules.stop();
      const previous = system;
      system = next;
      schedules = startSchedules(next.deployment, next.invoke);
      await previous.close();
    },
    async close() {
      schedules.stop();
      await gateway.close();
      await system.close();
    },
  };
}

/** The functions of an assembly, ready to be invoked. */
interface PreparedSystem {
  readonly deployment: Deployment;
  invoke(logicalId: string, event: unknown): Promise<InvocationResult>;
  replaceCode(functionId: string, codePath: string): void;
  close(): Promise<void>;
}

/** Checks the assembly and creates missing tables. A worker starts with the first invocation of its function. */
async function prepareSystem(
  assemblyDir: string,
  { dynamoDbEndpoint, onOutput }: LocalDeploymentOptions,
): Promise<PreparedSystem> {
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
        // The credentials of a role have a session token. Here it tells which function sent a request.
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

  return {
    deployment,
    invoke: (logicalId, event) => lambda(logicalId).invoke(event),
    replaceCode(functionId, codePath) {
      const spec = deployment.functions.find(
        ({ logicalId }) => logicalId.slice(0, -LOGICAL_ID_HASH_LENGTH) === functionId,
      );
      if (spec) lambda(spec.logicalId).replaceCode(codePath);
    },
    async close() {
      await Promise.all([...lambdas.values()].map((each) => each.close()));
    },
  };
}
