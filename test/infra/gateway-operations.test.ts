import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { accessLogFields } from '../../infra/constructs/access-log.ts';
import { createStack, everySetting, type StackSettings } from '../support/stack.ts';

interface Resource {
  // biome-ignore lint/suspicious/noExplicitAny: properties differ by resource type
  readonly Properties: any;
}

const synthesize = (settings: StackSettings) => Template.fromStack(createStack(settings).stack);
const only = (template: Template, type: string): Resource['Properties'] => {
  const [resource, ...others] = Object.values(template.findResources(type)) as Resource[];
  expect(others).toEqual([]);
  return resource?.Properties;
};

const sandbox = synthesize({});
const production = synthesize(everySetting);

describe('the access log', () => {
  it('is one JSON object a request, with its id, route, status, latency, user, and what the authorizer did', () => {
    const format = JSON.parse(only(sandbox, 'AWS::ApiGateway::Stage').AccessLogSetting.Format);
    expect(format).toEqual(accessLogFields);
    expect(Object.keys(format)).toEqual(
      expect.arrayContaining(['request_id', 'route', 'status', 'latency_ms', 'user_id', 'authorizer_reason']),
    );
  });

  it('holds no header, query, path, body or address: so no token, and nothing personal', () => {
    const variables = Object.values(accessLogFields).flatMap((value) => value.match(/\$[\w.]+/g) ?? []);
    expect(variables.length).toBeGreaterThan(10);
    for (const variable of variables) {
      expect(variable).toMatch(/^\$context\./);
      expect(variable).not.toMatch(
        /header|querystring|identity|\.path$|body|token|claims|sourceIp|userAgent|email|subject/i,
      );
    }
  });

  it('goes to a log group of the stage, as do the errors of the gateway itself, which log no request', () => {
    const { MethodSettings } = only(sandbox, 'AWS::ApiGateway::Stage');
    for (const settings of MethodSettings) {
      expect(settings).toMatchObject({ LoggingLevel: 'ERROR', DataTraceEnabled: false });
    }
    const names = (Object.values(sandbox.findResources('AWS::Logs::LogGroup')) as Resource[]).map((group) =>
      JSON.stringify(group.Properties.LogGroupName),
    );
    expect(names).toContainEqual(expect.stringMatching(/API-Gateway-Execution-Logs_.*\/sandbox/));
  });

  it('may be written by a role that outlives the stage, because all APIs of the account share it', () => {
    sandbox.hasResource('AWS::ApiGateway::Account', { DeletionPolicy: 'Retain' });
    const without = synthesize({ CREATE_GATEWAY_LOG_ROLE: 'false' });
    expect(without.findResources('AWS::ApiGateway::Account')).toEqual({});
  });
});

describe('a domain of one’s own', () => {
  it('is the only way in, by TLS 1.2 or later, and its name leads to the stage', () => {
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
  it('stands before the stage when it is asked for, with the managed rules and a limit for each address', () => {
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

  it('lets the text of a todo be what it is: rules about bodies of the common set only count', () => {
    const [, common] = only(production, 'AWS::WAFv2::WebACL').Rules;
    const counted = common.Statement.ManagedRuleGroupStatement.RuleActionOverrides;
    for (const { Name, ActionToUse } of counted) {
      expect(Name).toMatch(/_BODY$/);
      expect(ActionToUse).toEqual({ Count: {} });
    }
    expect(counted.map(({ Name }: { Name: string }) => Name)).toContain('SizeRestrictions_BODY');
  });
});
