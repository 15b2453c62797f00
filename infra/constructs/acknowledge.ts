import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Accepts a finding of cdk-nag's AwsSolutions pack, for this construct and everything in it.
 * @param rule such as `APIG2`, or `IAM5[Resource::*]` for one finding of a rule that has several
 * @param reason why the finding is no problem here; the template keeps it
 */
export function acknowledge(construct: IConstruct, rule: string, reason: string): void {
  Validations.of(construct).acknowledge({ id: `AwsSolutions-${rule}`, reason });
}
