import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as FunctionTarget } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { bundleDir, SWEEP_ID } from '../build/bundle.ts';
import type { DeploymentConfig } from '../config/config.ts';
import { ApiFunction } from './api-function.ts';
import { authorizerSize, sweepSize } from './function-sizes.ts';
import type { TodoTable } from './table.ts';

export interface DeletionSweepProps {
  readonly config: DeploymentConfig;
  /** The folder of all bundles. */
  readonly bundles: string;
  readonly table: TodoTable;
  /** How long API Gateway reuses a policy for the same token. */
  readonly policyTtl: Duration;
}

/** The most that API Gateway waits for a function. */
const LONGEST_REQUEST = Duration.seconds(29);
/** For clocks that differ, and reads of links that are eventually consistent. */
const MARGIN = Duration.minutes(1);
const INTERVAL = Duration.hours(1);

/**
 * Finishes the deletions of users by schedule. A queue with a delay could not find those that crashed before they
 * were queued, and time to live cannot end what a cached policy writes later.
 */
export class DeletionSweep extends Construct {
  readonly handler: ApiFunction;

  constructor(scope: Construct, id: string, { config, bundles, table, policyTtl }: DeletionSweepProps) {
    super(scope, id);
    const waits = [policyTtl, authorizerSize.timeout, LONGEST_REQUEST, MARGIN];
    const graceSeconds = waits.reduce((sum, wait) => sum + wait.toSeconds(), 0);
    this.handler = new ApiFunction(scope, SWEEP_ID, {
      config,
      bundle: bundleDir(bundles, SWEEP_ID),
      description: 'Removes what deleted users left behind',
      size: sweepSize,
      environment: { GRACE_SECONDS: String(graceSeconds) },
    });
    table.grantAccess(this.handler, { actions: ['Query', 'GetItem', 'UpdateItem', 'DeleteItem'] });
    new Rule(this, 'Schedule', {
      description: 'When the deletions of users are finished',
      schedule: Schedule.rate(INTERVAL),
      // What fails is done again by the next run.
      targets: [new FunctionTarget(this.handler, { retryAttempts: 0 })],
    });
  }
}
