import { Duration } from 'aws-cdk-lib';
import { LambdaApplication, LambdaDeploymentConfig, LambdaDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Alias,
  type IFunction,
  type IVersion,
  type Function as LambdaFunction,
} from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { Alarms } from './alarms.ts';

/** The name under which callers reach the released version of a function. */
const RELEASED = 'live';
const CODEDEPLOY_POLICY = 'service-role/AWSCodeDeployRoleForLambdaLimited';

/**
 * Gradual releases: new code gets a tenth of the calls for five minutes and then all of them, unless an alarm rings,
 * which brings the old code back and fails the deployment.
 * Source: "Deployments on an AWS Lambda compute platform" in the CodeDeploy user guide.
 */
export class Releases extends Construct {
  readonly #aliases = new Map<LambdaFunction, Alias>();

  /** What callers call in place of the function. */
  aliasOf(handler: LambdaFunction): IFunction {
    // The CDK is not compiled with exactOptionalPropertyTypes, and its classes fall short of its interfaces here.
    const version = handler.currentVersion as IVersion;
    const alias = new Alias(handler, 'Released', { aliasName: RELEASED, version });
    this.#aliases.set(handler, alias);
    return alias as IFunction;
  }

  /** From here on, each deployment moves the aliases step by step. */
  watch(alarms: Alarms): void {
    const application = new LambdaApplication(this, 'Application');
    const role = this.#createRole();
    for (const [handler, alias] of this.#aliases) {
      const errors = alarms.add(
        'ReleaseErrors',
        {
          metric: alias.metricErrors({ period: Duration.minutes(1) }),
          meaning: 'A function crashed or timed out again and again.',
          from: 3,
          bad: [2, 5],
        },
        handler,
      );
      new LambdaDeploymentGroup(handler, 'Release', {
        application,
        role,
        alias,
        deploymentConfig: LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
        alarms: [...alarms.onBadRelease, errors],
        autoRollback: { deploymentInAlarm: true, failedDeployment: true },
      });
    }
  }

  #createRole(): Role {
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('codedeploy.amazonaws.com'),
      managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName(CODEDEPLOY_POLICY)],
    });
    acknowledge(
      role,
      `IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/${CODEDEPLOY_POLICY}]`,
      "AWS's own policy for CodeDeploy: to move aliases, to read alarms, and not more.",
    );
    return role;
  }
}
