import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { ConfigError } from '../../functions/config.ts';
import type { DeploymentConfig } from '../config/config.ts';
import { fitsIntoFunction, largestVariable } from '../config/environment-size.ts';
import { metricsNamespace } from '../config/stages.ts';
import { acknowledge } from './acknowledge.ts';
import type { FunctionSize } from './function-sizes.ts';

export interface ApiFunctionProps {
  readonly config: Pick<DeploymentConfig, 'stage' | 'architecture' | 'tracePercent'>;
  /** The folder of the function's bundle. */
  readonly bundle: string;
  readonly description: string;
  readonly size: FunctionSize;
  readonly environment: Readonly<Record<string, string>>;
}

const architectures = { arm64: Architecture.ARM_64, x86_64: Architecture.X86_64 };

/**
 * A Lambda function with its own log group and its own role. The role lets it write to that log group and send
 * traces, and nothing else; the CDK's default role could write to every log group of the account.
 */
export class ApiFunction extends LambdaFunction {
  constructor(scope: Construct, id: string, props: ApiFunctionProps) {
    const { config, bundle, description, size, environment } = props;
    if (!fitsIntoFunction(environment))
      throw new ConfigError(
        `The environment of ${id} has more than the 4,096 bytes that Lambda allows. Shorten its largest variable, ${largestVariable(environment)}.`,
      );
    const { logRetention, logRemoval } = config.stage;
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      retention: logRetention,
      removalPolicy: logRemoval,
    });
    const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    super(scope, id, {
      runtime: Runtime.NODEJS_24_X,
      architecture: architectures[config.architecture],
      handler: 'index.handler',
      code: Code.fromAsset(bundle),
      description,
      timeout: size.timeout,
      memorySize: size.memoryMb,
      environment: { ...environment, METRICS_NAMESPACE: metricsNamespace(config.stage) },
      role,
      tracing: config.tracePercent > 0 ? Tracing.ACTIVE : Tracing.DISABLED,
      loggingFormat: LoggingFormat.JSON,
      // Lambda then writes no lines of its own about a success, and still its report of a timeout or a crash.
      // Source: "System log level event mapping" in "Log-level filtering", Lambda developer guide.
      systemLogLevelV2: SystemLogLevel.WARN,
      logGroup,
    });
    acknowledge(
      role,
      'IAM5[Resource::*]',
      'X-Ray traces have no ARN, so permission to send them is for "*".',
    );
  }
}
