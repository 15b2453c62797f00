import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as FunctionTarget } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { bundleDir, SWEEP_ID } from '../build/bundle.ts';
import type { DeploymentConfig } from '../config/config.ts';
import { ApiFunction } from './api-function.ts';
import { authorizerSize, sweepSize } from './function-sizes.ts';
import type { AppTable } from './table.ts';

export interface DeletionSweepProps {
  readonly config: DeploymentConfig;
  /** The folder that holds the bundles of all functions. */
  readonly bundles: string;
  readonly table: AppTable;
  /** How long API Gateway reuses a policy for the same token. */
  readonly policyTtl: Duration;
}

/**
 * The longest that API Gateway waits for a function.
 * Source: "Integration timeout" in "Quotas for configuring and running a REST API", API Gateway developer guide.
 */
const LONGEST_REQUEST = Duration.seconds(29);
/** For clocks that differ. */
const MARGIN = Duration.minutes(1);
const INTERVAL = Duration.hours(1);

/**
 * A function that runs every hour and finishes the deletions of users.
 *
 * A schedule, because the alternatives miss cases. A delayed queue message does not exist if the deletion crashed
 * before it was sent. Time to live does not remove the items that a request with a cached policy writes afterwards.
 */
export class DeletionSweep extends Construct {
  readonly handler: ApiFunction;

  constructor(scope: Construct, id: string, { config, bundles, table, policyTtl }: DeletionSweepProps) {
    super(scope, id);
    // Until then, a request with a cached policy, or one that is still running, may write for the user.
    const waits = [policyTtl, authorizerSize.timeout, LONGEST_REQUEST, MARGIN];
    const graceSeconds = waits.reduce((sum, wait) => sum + wait.toSeconds(), 0);
    this.handler = new ApiFunction(scope, SWEEP_ID, {
      config,
      bundle: bundleDir(bundles, SWEEP_ID),
      description: 'Finishes the deletions of users',
      size: sweepSize,
      environment: { GRACE_SECONDS: String(graceSeconds) },
    });
    // The next run repeats what failed. Lambda itself would run it twice more, and the alarm would count three errors.
    this.handler.configureAsyncInvoke({ retryAttempts: 0 });
    table.grantAccess(this.handler, {
      actions: ['Query', 'GetItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'],
    });
    new Rule(this, 'Schedule', {
      description: 'Runs the function that finishes the deletions of users',
      schedule: Schedule.rate(INTERVAL),
      targets: [new FunctionTarget(this.handler, { retryAttempts: 0 })],
    });
  }
}
