import type { Stage } from 'aws-cdk-lib/aws-apigateway';
import { CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';

export interface FirewallProps {
  readonly name: string;
  readonly stage: Stage;
  /** The number of requests from one IP address in five minutes above which the firewall blocks it. */
  readonly rateLimit: number;
}

/**
 * The rules of the common rule set that count requests and do not block them. Bodies are JSON with free text of
 * users: 12 KB of text, an HTML tag, a file path or a URL in it is legitimate, and no function runs or renders it.
 * Source: "Baseline rule groups" in the AWS WAF developer guide.
 */
const countedRules = [
  'SizeRestrictions_BODY',
  'CrossSiteScripting_BODY',
  'GenericLFI_BODY',
  'GenericRFI_BODY',
  'EC2MetaDataSSRF_BODY',
];

/** AWS WAF in front of the stage: two managed rule groups of AWS, and a rate limit for each IP address. */
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
