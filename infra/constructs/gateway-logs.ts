import type { RemovalPolicy } from 'aws-cdk-lib';
import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { DataIdentifier, DataProtectionPolicy, LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Stage } from '../config/stages.ts';

/**
 * The log groups of a stage's gateway, with a retention. They are deleted with a sandbox and kept in production.
 *
 * CloudWatch masks the addresses of callers in the access log for everybody who lacks the permission logs:Unmask, and
 * for everybody who does not ask for them.
 * Source: "Help protect sensitive log data with masking" in the CloudWatch Logs user guide.
 */
export class GatewayLogs extends Construct {
  readonly access: LogGroup;
  readonly #props: { readonly retention: Stage['logRetention']; readonly removalPolicy: RemovalPolicy };

  constructor(scope: Construct, id: string, { logRetention, logRemoval }: Stage) {
    super(scope, id);
    this.#props = {
      retention: logRetention,
      removalPolicy: logRemoval,
    };
    this.access = new LogGroup(this, 'Access', {
      ...this.#props,
      dataProtectionPolicy: new DataProtectionPolicy({ identifiers: [DataIdentifier.IPADDRESS] }),
    });
  }

  /**
   * Creates the execution log group. API Gateway writes its own errors to it. Otherwise API Gateway creates it
   * under this name at the first error, and never deletes its lines.
   * Source: "Set up CloudWatch logging for REST APIs" in the API Gateway developer guide.
   */
  createExecutionLog(api: RestApi, stageName: string): void {
    const execution = new LogGroup(this, 'Execution', {
      ...this.#props,
      logGroupName: `API-Gateway-Execution-Logs_${api.restApiId}/${stageName}`,
    });
    api.deploymentStage.node.addDependency(execution);
  }
}
