import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { everySetting, synthesizeTemplate } from '../support/stack.ts';

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
  it('is one JSON object for each request, without a header, query, path, body or address', () => {
    expect(JSON.parse(only(sandbox, 'AWS::ApiGateway::Stage').AccessLogSetting.Format)).toEqual({
      request_id: '$context.requestId',
      extended_request_id: '$context.extendedRequestId',
      trace_id: '$context.xrayTraceId',
      time: '$context.requestTimeEpoch',
      host: '$context.domainName',
      route: '$context.httpMethod $context.resourcePath',
      status: '$context.status',
      latency_ms: '$context.responseLatency',
      integration_latency_ms: '$context.integrationLatency',
      integration_status: '$context.integration.integrationStatus',
      response_bytes: '$context.responseLength',
      response_type: '$context.error.responseType',
      waf: '$context.wafResponseCode',
      user_id: '$context.authorizer.principalId',
      authorization_id: '$context.authorizer.authorization_id',
      authorizer_latency_ms: '$context.authorizer.integrationLatency',
      authorizer_status: '$context.authorizer.status',
      authorizer_reason: '$context.authorizer.reason_code',
      authorizer_refusal: '$context.authorizer.refusal',
    });
  });

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
  it('exists with WAF=true only, with two managed rule groups and a limit for each address', () => {
    expect(sandbox.findResources('AWS::WAFv2::WebACL')).toEqual({});
    const rules = only(production, 'AWS::WAFv2::WebACL').Rules;
    expect(rules.map(({ Name }: { Name: string }) => Name)).toEqual([
      'RateByAddress',
      'AWSManagedRulesCommonRuleSet',
      'AWSManagedRulesKnownBadInputsRuleSet',
    ]);
    expect(rules[0].Statement.RateBasedStatement).toMatchObject({ Limit: 1_000, AggregateKeyType: 'IP' });
    expect(JSON.stringify(only(production, 'AWS::WAFv2::WebACLAssociation').ResourceArn)).toContain(
      '/stages/',
    );
  });

  it('does not block text that users may write: these rules about bodies only count', () => {
    const [, common] = only(production, 'AWS::WAFv2::WebACL').Rules;
    expect(common.Statement.ManagedRuleGroupStatement.RuleActionOverrides).toEqual(
      [
        'SizeRestrictions_BODY',
        'CrossSiteScripting_BODY',
        'GenericLFI_BODY',
        'GenericRFI_BODY',
        'EC2MetaDataSSRF_BODY',
      ].map((Name) => ({ Name, ActionToUse: { Count: {} } })),
    );
  });
});
