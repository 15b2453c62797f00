import type { Stage } from 'aws-cdk-lib/aws-apigateway';
import { CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import { problemKinds, problemType } from '../../functions/http/problem-kinds.ts';
import type { FirewallSettings } from '../config/config.ts';
import { fixedCorsHeaders } from './gateway-responses.ts';

export interface FirewallProps {
  readonly name: string;
  readonly stage: Stage;
  readonly settings: FirewallSettings;
  readonly corsOrigins: readonly string[];
  /** The path of the docs page, which has a section about each kind of problem. */
  readonly docsPath: string;
}

/**
 * The rules of the common rule set that count requests and do not block them. Bodies are JSON with free text of
 * users: 12 KB of text, an HTML tag, a file path or a URL in it is legitimate, and no function runs or renders it.
 * Source: "Baseline rule groups" in the AWS WAF developer guide.
 */
const rulesAboutText = [
  'SizeRestrictions_BODY',
  'CrossSiteScripting_BODY',
  'GenericLFI_BODY',
  'GenericRFI_BODY',
  'EC2MetaDataSSRF_BODY',
];

/** The rules that also refuse clients without any bad intention. They block only with WAF_STRICT=true. */
const rulesAboutForm = [
  'NoUserAgent_HEADER',
  'SizeRestrictions_QUERYSTRING',
  'SizeRestrictions_Cookie_HEADER',
  'SizeRestrictions_URIPATH',
];

/** The rates are counted over this time. Afterwards, a caller who stopped has no request left in it. */
const WINDOW_SECONDS = 300;
const TOO_MANY_REQUESTS = 'too-many-requests';

/** AWS WAF in front of the stage: two managed rule groups of AWS, a rate limit for each address and for each token. */
export class Firewall extends Construct {
  constructor(scope: Construct, id: string, props: FirewallProps) {
    super(scope, id);
    const { name, stage, settings, corsOrigins, docsPath } = props;
    const visibility = (rule: string) => ({
      cloudWatchMetricsEnabled: true,
      metricName: `${name}-${rule}`,
      sampledRequestsEnabled: true,
    });
    const rateLimit = (
      rule: string,
      priority: number,
      statement: Omit<CfnWebACL.RateBasedStatementProperty, 'evaluationWindowSec'>,
    ) => ({
      name: rule,
      priority,
      action: { block: { customResponse: tooManyRequests(corsOrigins) } },
      visibilityConfig: visibility(rule),
      statement: { rateBasedStatement: { ...statement, evaluationWindowSec: WINDOW_SECONDS } },
    });
    const managed = (rules: string, priority: number, counted: readonly string[] = []) => ({
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
      customResponseBodies: {
        [TOO_MANY_REQUESTS]: { contentType: 'APPLICATION_JSON', content: tooManyRequestsBody(docsPath) },
      },
      dataProtectionConfig: { dataProtections: hiddenFromSamples() },
      rules: [
        rateLimit('RateByAddress', 0, { limit: settings.addressRateLimit, aggregateKeyType: 'IP' }),
        rateLimit('RateByToken', 1, {
          limit: settings.tokenRateLimit,
          aggregateKeyType: 'CUSTOM_KEYS',
          customKeys: [{ header: { name: 'authorization', textTransformations: oneSpelling } }],
        }),
        managed('AWSManagedRulesCommonRuleSet', 2, [
          ...rulesAboutText,
          ...(settings.isStrict ? [] : rulesAboutForm),
        ]),
        managed('AWSManagedRulesKnownBadInputsRuleSet', 3),
      ],
    });
    new CfnWebACLAssociation(this, 'Association', { webAclArn: acl.attrArn, resourceArn: stage.stageArn });
  }
}

/** A caller cannot get a second budget by another spelling of the scheme, or by more spaces. */
const oneSpelling = [
  { priority: 0, type: 'COMPRESS_WHITE_SPACE' },
  { priority: 1, type: 'LOWERCASE' },
];

/**
 * Operators see a hash of the token in sampled requests, and no text of users.
 * Source: "Data protection" in the AWS WAF developer guide
 */
function hiddenFromSamples(): CfnWebACL.DataProtectProperty[] {
  return [
    { field: { fieldType: 'SINGLE_HEADER', fieldKeys: ['authorization'] }, action: 'HASH' },
    { field: { fieldType: 'BODY' }, action: 'SUBSTITUTION' },
  ];
}

/** It takes the place of the WAF_FILTERED gateway response, which has one status for all rules. */
function tooManyRequests(corsOrigins: readonly string[]): CfnWebACL.CustomResponseProperty {
  const headers = {
    ...fixedCorsHeaders(corsOrigins),
    'Cache-Control': 'no-store',
    'Retry-After': String(WINDOW_SECONDS),
  };
  return {
    responseCode: problemKinds.too_many_requests.status,
    customResponseBodyKey: TOO_MANY_REQUESTS,
    responseHeaders: Object.entries(headers).map(([name, value]) => ({ name, value })),
  };
}

/** A problem. WAF sends it as `application/json`, because a custom response cannot have another JSON type. */
function tooManyRequestsBody(docsPath: string): string {
  const { title, status } = problemKinds.too_many_requests;
  return JSON.stringify({
    type: problemType(docsPath, 'too_many_requests'),
    title,
    status,
    detail: 'There are too many requests from this address or with this token. Try again later.',
  });
}
