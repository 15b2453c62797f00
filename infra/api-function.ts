import { RemovalPolicy } from 'aws-cdk-lib';
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { DeploymentConfig } from './config.ts';
import type { FunctionSize } from './function-sizes.ts';
import { metricsNamespace } from './stages.ts';

export interface ApiFunctionProps {
  readonly config: Pick<DeploymentConfig, 'stage' | 'architecture'>;
  /** The folder of the bundle. */
  readonly bundle: string;
  readonly description: string;
  readonly size: FunctionSize;
  readonly environment: Readonly<Record<string, string>>;
}

const architectures = { arm64: Architecture.ARM_64, x86_64: Architecture.X86_64 };

/** A Lambda function of this API, with a log group of its own. */
export class ApiFunction extends LambdaFunction {
  constructor(scope: Construct, id: string, props: ApiFunctionProps) {
    const { config, bundle, description, size, environment } = props;
    const { isDurable, logRetention } = config.stage;
    super(scope, id, {
      runtime: Runtime.NODEJS_24_X,
      architecture: architectures[config.architecture],
      handler: 'index.handler',
      code: Code.fromAsset(bundle),
      description,
      timeout: size.timeout,
      memorySize: size.memoryMb,
      environment: { ...environment, METRICS_NAMESPACE: metricsNamespace(config.stage) },
      loggingFormat: LoggingFormat.JSON,
      logGroup: new LogGroup(scope, `${id}Logs`, {
        retention: logRetention,
        removalPolicy: isDurable ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      }),
    });
  }
}
