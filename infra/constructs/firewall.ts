import type { Stage } from 'aws-cdk-lib/aws-apigateway';
import { CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';

export interface FirewallProps {
  readonly name: string;
  readonly stage: Stage;
  /** Requests of one address in five minutes above which it is blocked. */
  readonly rateLimit: number;
}

/**
 * Rules of the common rule set that only count. A todo is free text in a JSON body: it may well be 12 KB long, show
 * a tag of HTML, a path or an address, and nothing here runs or renders it.
 * Source: "Baseline rule groups" in the AWS WAF developer guide.
 */
const countedRules = [
  'SizeRestrictions_BODY',
  'CrossSiteScripting_BODY',
  'GenericLFI_BODY',
  'GenericRFI_BODY',
  'EC2MetaDataSSRF_BODY',
];

/** AWS WAF before the stage: Amazon's common rules, known bad input, and a limit for each address. */
export class Firewall extends Construct {
  constructor(scope: Construct, id: string, { name, stage, rateLimit }: FirewallProps) {
    super(scope, id);
    const visibility = (rule: string) => ({
      cloudWatchMetricsEnabled: true,
      metricName: `${name}-${rule}`,
      sampledRequestsEnabled: false,
    });
    const managed = (priority: number, rules: string, counted: readonly string[] = []) => ({
      name: rules,
      priority,
      overrideAction: { none: {} },
      visibilityConfig: visibility(rules),
      statement: {
        managedRuleGroupStatement: {
          vendorName: 'AWS',
          name: rules,
          ruleActionOverrides: counted.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
        },
      },
    });
    const acl = new CfnWebACL(this, 'Acl', {
      name,
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: visibility('all'),
      rules: [
        {
          name: 'RateByAddress',
          priority: 0,
          action: { block: {} },
          visibilityConfig: visibility('RateByAddress'),
          statement: {
            rateBasedStatement: { limit: rateLimit, aggregateKeyType: 'IP', evaluationWindowSec: 300 },
          },
        },
        managed(1, 'AWSManagedRulesCommonRuleSet', countedRules),
        managed(2, 'AWSManagedRulesKnownBadInputsRuleSet'),
      ],
    });
    new CfnWebACLAssociation(this, 'Association', { webAclArn: acl.attrArn, resourceArn: stage.stageArn });
  }
}
