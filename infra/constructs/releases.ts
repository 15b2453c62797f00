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

/** The alias that points to the released version of a function. */
const RELEASED = 'live';
const CODEDEPLOY_POLICY = 'service-role/AWSCodeDeployRoleForLambdaLimited';

/**
 * Canary releases. New code gets a tenth of the calls for five minutes, and then all of them. If an alarm goes off
 * meanwhile, CodeDeploy returns to the old code and the deployment fails.
 * Source: "Deployments on an AWS Lambda compute platform" in the CodeDeploy user guide.
 */
export class Releases extends Construct {
  readonly #aliases = new Map<LambdaFunction, Alias>();

  /** Creates the alias of a function. Callers invoke the alias, not the function. */
  aliasOf(handler: LambdaFunction): IFunction {
    // The CDK is compiled without exactOptionalPropertyTypes, so its classes do not match its interfaces here.
    const version = handler.currentVersion as IVersion;
    const alias = new Alias(handler, 'Released', { aliasName: RELEASED, version });
    this.#aliases.set(handler, alias);
    return alias as IFunction;
  }

  /** Makes every deployment shift the aliases gradually, and stop at these alarms. Call it after all `aliasOf`. */
  watch(alarms: Alarms): void {
    const application = new LambdaApplication(this, 'Application');
    const role = this.#createRole();
    for (const [handler, alias] of this.#aliases) {
      const errors = alarms.add(
        'ReleaseErrors',
        {
          metric: alias.metricErrors({ period: Duration.minutes(1) }),
          meaning: 'In two of five minutes, a function crashed or timed out three times or more.',
          threshold: 3,
          datapointsToAlarm: 2,
          evaluationPeriods: 5,
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
      'The policy that AWS publishes for CodeDeploy. It allows CodeDeploy to move aliases and to read alarms.',
    );
    return role;
  }
}
