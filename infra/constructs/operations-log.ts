import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Stage } from '../config/stages.ts';

/** The log of what operators do for single users (infra/operator). It has user ids and no other personal data. */
export function createOperationsLog(scope: Construct, { logRetention, logRemoval }: Stage): LogGroup {
  return new LogGroup(scope, 'OperationsLog', {
    retention: logRetention,
    removalPolicy: logRemoval,
  });
}
