import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { everySetting, production as productionSettings, synthesizeTemplate } from '../support/stack.ts';

interface Resource {
  // biome-ignore lint/suspicious/noExplicitAny: properties differ by resource type
  readonly Properties: any;
}

const only = (template: Template, type: string): Resource['Properties'] => {
  const [resource, ...others] = Object.values(template.findResources(type)) as Resource[];
  expect(others).toEqual([]);
  return resource?.Properties;
};

const sandbox = synthesizeTemplate({});
const production = synthesizeTemplate(everySetting);

describe('the access log', () => {
  it('has a log group of the stage, and so have the errors of the gateway, which log no request', () => {
    const { MethodSettings } = only(sandbox, 'AWS::ApiGateway::Stage');
    for (const settings of MethodSettings) {
      expect(settings).toMatchObject({ LoggingLevel: 'ERROR', DataTraceEnabled: false });
    }
    const names = (Object.values(sandbox.findResources('AWS::Logs::LogGroup')) as Resource[]).map((group) =>
      JSON.stringify(group.Properties.LogGroupName),
    );
    expect(names).toContainEqual(expect.stringMatching(/API-Gateway-Execution-Logs_.*\/sandbox/));
  });

  it('is written with a role that is kept, because all APIs of the account share it', () => {
    sandbox.hasResource('AWS::ApiGateway::Account', { DeletionPolicy: 'Retain' });
    const without = synthesizeTemplate({ CREATE_GATEWAY_LOG_ROLE: 'false' });
    expect(without.findResources('AWS::ApiGateway::Account')).toEqual({});
  });
});

describe('a custom domain', () => {
  it('works beside the default address, until DOMAIN_ONLY disables that one by a new deployment of the API', () => {
    const { DOMAIN_ONLY: _, ...both } = everySetting;
    const beside = synthesizeTemplate(both);
    expect(only(beside, 'AWS::ApiGateway::RestApi').DisableExecuteApiEndpoint).toBe(false);
    expect(only(beside, 'AWS::ApiGateway::DomainName').DomainName).toBe('api.example.com');
    expect(only(beside, 'AWS::Route53::RecordSet').Name).toBe('api.example.com.');
    // The change takes effect with the next deployment. Its logical id is all that makes CloudFormation create one.
    const deploymentOf = (template: Template) =>
      Object.keys(template.findResources('AWS::ApiGateway::Deployment'));
    expect(deploymentOf(production)).toHaveLength(1);
    expect(deploymentOf(production)).not.toEqual(deploymentOf(beside));
  });

  it('replaces the default address with DOMAIN_ONLY, needs TLS 1.2 or later, and resolves to the stage', () => {
    expect(only(production, 'AWS::ApiGateway::RestApi').DisableExecuteApiEndpoint).toBe(true);
    expect(only(production, 'AWS::ApiGateway::DomainName')).toMatchObject({
      DomainName: everySetting.DOMAIN_NAME,
      RegionalCertificateArn: everySetting.CERTIFICATE_ARN,
      SecurityPolicy: 'TLS_1_2',
    });
    expect(only(production, 'AWS::ApiGateway::BasePathMapping').Stage).toBeDefined();
    expect(only(production, 'AWS::Route53::RecordSet')).toMatchObject({
      Name: `${everySetting.DOMAIN_NAME}.`,
      HostedZoneId: everySetting.HOSTED_ZONE_ID,
      Type: 'A',
    });
  });
});

describe('the firewall', () => {
  const acl = only(production, 'AWS::WAFv2::WebACL');
  const ruleNamed = (name: string, { Rules } = acl) =>
    Rules.find(({ Name }: { Name: string }) => Name === name);
  const countedBy = (settings: object) => {
    const webAcl = only(synthesizeTemplate({ WAF: 'true', ...settings }), 'AWS::WAFv2::WebACL');
    const { RuleActionOverrides } = ruleNamed('AWSManagedRulesCommonRuleSet', webAcl).Statement
      .ManagedRuleGroupStatement;
    return RuleActionOverrides.map(({ Name, ActionToUse }: { Name: string; ActionToUse: object }) => {
      expect(ActionToUse).toEqual({ Count: {} });
      return Name;
    });
  };

  it('exists with WAF=true only, with two rate limits and two managed rule groups', () => {
    expect(sandbox.findResources('AWS::WAFv2::WebACL')).toEqual({});
    expect(
      acl.Rules.map(({ Name, Priority }: { Name: string; Priority: number }) => [Priority, Name]),
    ).toEqual([
      [0, 'RateByAddress'],
      [1, 'RateByToken'],
      [2, 'AWSManagedRulesCommonRuleSet'],
      [3, 'AWSManagedRulesKnownBadInputsRuleSet'],
    ]);
    expect(JSON.stringify(only(production, 'AWS::WAFv2::WebACLAssociation').ResourceArn)).toContain(
      '/stages/',
    );
  });

  it('limits each address, and each token in all its spellings, in five minutes', () => {
    expect(ruleNamed('RateByAddress').Statement.RateBasedStatement).toEqual({
      AggregateKeyType: 'IP',
      EvaluationWindowSec: 300,
      Limit: 20_000,
    });
    expect(ruleNamed('RateByToken').Statement.RateBasedStatement).toEqual({
      AggregateKeyType: 'CUSTOM_KEYS',
      CustomKeys: [
        {
          Header: {
            Name: 'authorization',
            TextTransformations: [
              { Priority: 0, Type: 'COMPRESS_WHITE_SPACE' },
              { Priority: 1, Type: 'LOWERCASE' },
            ],
          },
        },
      ],
      EvaluationWindowSec: 300,
      Limit: 2_000,
    });
    const byDefault = only(synthesizeTemplate({ WAF: 'true' }), 'AWS::WAFv2::WebACL').Rules;
    expect(
      byDefault
        .slice(0, 2)
        .map(({ Statement }: Resource['Properties']) => Statement.RateBasedStatement.Limit),
    ).toEqual([10_000, 1_000]);
  });

  it.each(['RateByAddress', 'RateByToken'])(
    'responds to too many requests with a 429 that a page can read: %s',
    (name) => {
      expect(ruleNamed(name).Action.Block.CustomResponse).toEqual({
        ResponseCode: 429,
        CustomResponseBodyKey: 'too-many-requests',
        ResponseHeaders: [
          { Name: 'Access-Control-Allow-Origin', Value: '*' },
          {
            Name: 'Access-Control-Expose-Headers',
            Value:
              'ETag,Link,Location,Preference-Applied,Retry-After,WWW-Authenticate,X-Amzn-Remapped-WWW-Authenticate,X-Request-Id',
          },
          { Name: 'Vary', Value: 'Authorization, Accept-Encoding' },
          { Name: 'Cache-Control', Value: 'no-store' },
          { Name: 'Retry-After', Value: '300' },
        ],
      });
      const { ContentType, Content } = acl.CustomResponseBodies['too-many-requests'];
      expect(ContentType).toBe('APPLICATION_JSON');
      expect(JSON.parse(Content)).toEqual({
        type: '/docs#too-many-requests',
        title: 'Too Many Requests',
        status: 429,
        detail: 'There are too many requests from this address or with this token. Try again later.',
      });
    },
  );

  const aboutText = [
    'SizeRestrictions_BODY',
    'CrossSiteScripting_BODY',
    'GenericLFI_BODY',
    'GenericRFI_BODY',
    'EC2MetaDataSSRF_BODY',
  ];
  it('only counts what users may write, and a client without User-Agent or with a long query', () => {
    expect(countedBy({})).toEqual([
      ...aboutText,
      'NoUserAgent_HEADER',
      'SizeRestrictions_QUERYSTRING',
      'SizeRestrictions_Cookie_HEADER',
      'SizeRestrictions_URIPATH',
    ]);
  });

  it('blocks the form of a request with WAF_STRICT=true, and still not the text of users', () => {
    expect(countedBy({ WAF_STRICT: 'true' })).toEqual(aboutText);
  });

  it('keeps samples of the requests, with a hash of the token and without the body', () => {
    const visibility = [acl, ...acl.Rules].map(
      ({ VisibilityConfig }: Resource['Properties']) => VisibilityConfig,
    );
    for (const { SampledRequestsEnabled } of visibility) expect(SampledRequestsEnabled).toBe(true);
    expect(acl.DataProtectionConfig.DataProtections).toEqual([
      { Action: 'HASH', Field: { FieldType: 'SINGLE_HEADER', FieldKeys: ['authorization'] } },
      { Action: 'SUBSTITUTION', Field: { FieldType: 'BODY' } },
    ]);
  });
});

describe('the traces', () => {
  const rules = (settings: Readonly<Record<string, string>>) =>
    (Object.values(synthesizeTemplate(settings).findResources('AWS::XRay::SamplingRule')) as Resource[]).map(
      ({ Properties }) => Properties.SamplingRule,
    );

  it('are one request in a thousand of production, at any traffic', () => {
    const [rule, ...others] = rules(productionSettings);
    expect(others).toEqual([]);
    expect(rule).toMatchObject({
      RuleName: 'todo-api-prod',
      ServiceName: 'todo-api-prod/prod',
      ServiceType: 'AWS::ApiGateway::Stage',
      ReservoirSize: 0,
      FixedRate: 0.001,
    });
  });

  it('are all requests of a sandbox, and another share with TRACE_PERCENT', () => {
    expect(rules({})).toMatchObject([{ ReservoirSize: 0, FixedRate: 1 }]);
    expect(rules({ TRACE_PERCENT: '20' })).toMatchObject([{ ReservoirSize: 0, FixedRate: 0.2 }]);
    expect(rules({ TRACE_PERCENT: '0.25' })).toMatchObject([{ ReservoirSize: 0, FixedRate: 0.0025 }]);
  });

  it('have a rule whose name is short enough in the stage with the longest name', () => {
    expect(rules({ stage: 'dev-abcdefghijklmnop' })[0].RuleName.length).toBeLessThanOrEqual(32);
  });

  it('are off with TRACE_PERCENT=0', () => {
    const untraced = synthesizeTemplate({ TRACE_PERCENT: '0' });
    expect(untraced.findResources('AWS::XRay::SamplingRule')).toEqual({});
    expect(only(untraced, 'AWS::ApiGateway::Stage').TracingEnabled).toBe(false);
    for (const { Properties } of Object.values(untraced.findResources('AWS::Lambda::Function')) as Resource[])
      expect(Properties.TracingConfig).toBeUndefined();
  });
});

describe('the budget', () => {
  it('exists with MONTHLY_BUDGET only, and tells the address of the alarms', () => {
    expect(sandbox.findResources('AWS::Budgets::Budget')).toEqual({});
    const { Budget, NotificationsWithSubscribers } = only(production, 'AWS::Budgets::Budget');
    expect(Budget).toEqual({
      BudgetName: 'todo-api-prod-eu-central-1',
      BudgetType: 'COST',
      TimeUnit: 'MONTHLY',
      BudgetLimit: { Amount: 500, Unit: 'USD' },
    });
    const notifications = NotificationsWithSubscribers.map(
      ({ Notification, Subscribers }: Resource['Properties']) => [
        Notification.NotificationType,
        `${Notification.ComparisonOperator} ${Notification.Threshold} ${Notification.ThresholdType}`,
        ...Subscribers.map(({ Address }: { Address: string }) => Address),
      ],
    );
    expect(notifications).toEqual([
      ['ACTUAL', 'GREATER_THAN 80 PERCENTAGE', 'ops@example.com'],
      ['ACTUAL', 'GREATER_THAN 100 PERCENTAGE', 'ops@example.com'],
      ['FORECASTED', 'GREATER_THAN 100 PERCENTAGE', 'ops@example.com'],
    ]);
  });
});
