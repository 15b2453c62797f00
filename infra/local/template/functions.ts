import type { FunctionSpec } from '../deployment-spec.ts';
import type { Account, PhysicalIds } from './physical-ids.ts';
import type { Resource, Resources } from './resources.ts';
import { TemplateError } from './template-error.ts';

/** Lambda's quota for all names and values of a function's environment. */
const ENVIRONMENT_LIMIT_BYTES = 4096;

/**
 * Variables that only Lambda may set.
 * Source: Lambda guide, "Defined runtime environment variables"
 */
const reservedVariables = new Set([
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_DEFAULT_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_LAMBDA_RUNTIME_API',
  'AWS_REGION',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'LAMBDA_RUNTIME_DIR',
  'LAMBDA_TASK_ROOT',
]);

/**
 * Reads the functions of the template.
 * @throws {TemplateError} when the runtime, the code or the environment of a function does not work here or on AWS
 */
export function readFunctions(options: {
  resources: Resources;
  account: Account;
  physicalIds: PhysicalIds;
  assetDirectory: (objectKey: string) => string | undefined;
}): FunctionSpec[] {
  const { resources, account, physicalIds, assetDirectory } = options;

  const aliases = resources.ofType('AWS::Lambda::Alias');
  const policies = resources.ofType('AWS::IAM::Policy');
  return resources.ofType('AWS::Lambda::Function').map(({ logicalId, properties }) => {
    if (properties.Runtime !== 'nodejs24.x') {
      throw new TemplateError(`${logicalId}: runtime ${properties.Runtime} is not implemented locally`);
    }
    const codePath = assetDirectory(properties.Code.S3Key);
    if (codePath === undefined) {
      throw new TemplateError(
        `${logicalId}: ${properties.Code.S3Key} is not a directory asset of the assembly`,
      );
    }
    checkEnvironment(logicalId, properties.Environment.Variables);
    const name = physicalIds.ref(logicalId) ?? logicalId;
    return {
      logicalId,
      name,
      arn: physicalIds.getAtt(logicalId, 'Arn', logicalId),
      aliasArns: aliases
        .filter(({ properties: { FunctionName } }) => FunctionName === name)
        .map((alias) => physicalIds.ref(alias.logicalId) ?? alias.logicalId),
      region: account.region,
      allowedActions: policies
        .filter(({ properties: { Roles } }) =>
          Roles.some((role) => properties.Role.endsWith(`:role/${role}`)),
        )
        .flatMap(({ properties: { PolicyDocument } }) =>
          PolicyDocument.Statement.map(({ Action, Resource }) => ({ actions: Action, resources: Resource })),
        ),
      codePath,
      handler: properties.Handler,
      runtime: properties.Runtime,
      environment: { ...properties.Environment.Variables, ...loggingVariables(properties.LoggingConfig) },
      timeoutSeconds: properties.Timeout,
      memoryMb: properties.MemorySize,
      logGroup: properties.LoggingConfig.LogGroup ?? `/aws/lambda/${name}`,
    };
  });
}

function checkEnvironment(logicalId: string, variables: Record<string, string>): void {
  const reserved = Object.keys(variables).find((name) => reservedVariables.has(name));
  if (reserved !== undefined) {
    throw new TemplateError(`${logicalId}: Environment sets ${reserved}, but only Lambda may set it`);
  }
  const bytes = Buffer.byteLength(JSON.stringify(variables));
  if (bytes > ENVIRONMENT_LIMIT_BYTES) {
    throw new TemplateError(
      `${logicalId}: Environment has ${bytes} bytes, but Lambda allows ${ENVIRONMENT_LIMIT_BYTES}`,
    );
  }
}

/**
 * The variables that pass the logging controls to the code.
 * Source: Lambda guide, "Configuring advanced logging controls"
 */
function loggingVariables(
  logging: Resource<'AWS::Lambda::Function'>['properties']['LoggingConfig'],
): Record<string, string> {
  return {
    AWS_LAMBDA_LOG_FORMAT: logging.LogFormat,
    ...(logging.ApplicationLogLevel === undefined
      ? {}
      : { AWS_LAMBDA_LOG_LEVEL: logging.ApplicationLogLevel }),
  };
}
