import { beforeAll, describe, expect, it } from 'vitest';
import { accessLogLine } from '../support/access-log.ts';
import { everySetting, type StackSettings, synthesizeTemplate } from '../support/stack.ts';

interface Resource {
  // biome-ignore lint/suspicious/noExplicitAny: properties differ by resource type
  readonly Properties: any;
}

function accessLogOf(settings: StackSettings) {
  const template = synthesizeTemplate(settings);
  const [stage] = Object.values(template.findResources('AWS::ApiGateway::Stage')) as Resource[];
  const { DestinationArn, Format } = stage?.Properties.AccessLogSetting ?? {};
  const logGroups = template.findResources('AWS::Logs::LogGroup') as Record<string, Resource>;
  return {
    fields: JSON.parse(Format) as Readonly<Record<string, string>>,
    logGroup: logGroups[DestinationArn['Fn::GetAtt'][0]]?.Properties,
  };
}

describe('the access log of the gateway', () => {
  it('is one JSON object for each request, without a header, a query, a path, a body or a token', () => {
    expect(accessLogOf({}).fields).toEqual({
      request_id: '$context.requestId',
      route: '$context.httpMethod $context.resourcePath',
      status: '$context.status',
      latency_ms: '$context.responseLatency',
      function_ms: '$context.integrationLatency',
      response_type: '$context.error.responseType',
      user_id: '$context.authorizer.principalId',
      source_ip: '$context.identity.sourceIp',
      authorization_id: '$context.authorizer.authorization_id',
      authorizer_ms: '$context.authorizer.integrationLatency',
      reason: '$context.authorizer.reason_code',
    });
  });

  it('has the code of the firewall with WAF=true only', () => {
    expect(accessLogOf({}).fields).not.toHaveProperty('waf');
    expect(accessLogOf({ WAF: 'true' }).fields.waf).toBe('$context.wafResponseCode');
  });

  it('has the host while a custom domain and the default address both work', () => {
    const { DOMAIN_ONLY: _, ...both } = everySetting;
    expect(accessLogOf(both).fields.host).toBe('$context.domainName');
    expect(accessLogOf(everySetting).fields).not.toHaveProperty('host');
  });

  it('tells callers apart when the gateway refuses a request before the authorizer runs', () => {
    expect(accessLogOf({}).fields.source_ip).toBe('$context.identity.sourceIp');
  });

  describe('the log group', () => {
    let logGroup: Resource['Properties'];
    beforeAll(() => {
      logGroup = accessLogOf({}).logGroup;
    });

    it('masks the addresses of callers for everybody who may not unmask them', () => {
      const { Statement: statement } = logGroup.DataProtectionPolicy;
      const operations = statement.map(({ Operation }: { Operation: object }) => Operation);
      expect(operations).toEqual([
        { Audit: { FindingsDestination: {} } },
        { Deidentify: { MaskConfig: {} } },
      ]);
      for (const { DataIdentifier } of statement) {
        expect(JSON.stringify(DataIdentifier)).toMatch(
          /^\[.*:dataprotection::aws:data-identifier\/IpAddress"\]/,
        );
      }
    });
  });
});

// Each byte costs $0.0005 for a million requests. CloudWatch adds 26 bytes to each line.
describe('the size of a line in the access log', () => {
  it('is this for a successful request', () => {
    const line = accessLogLine('request');
    expect(line).toBe(
      '{"request_id":"0f8fad5b-d9cb-469f-a165-70867728950e","route":"GET /todo","status":"200","latency_ms":"24",' +
        '"function_ms":"19","response_type":"-","user_id":"01KB6VDEXAMP1E0F0F0F0T0D0X",' +
        '"source_ip":"203.0.113.42","authorization_id":"7c9e6679","authorizer_ms":"0","reason":"-"}',
    );
    expect(Buffer.byteLength(line)).toBe(274);
  });

  it('is this for a preflight request', () => {
    const line = accessLogLine('preflight');
    expect(line).toBe(
      '{"request_id":"0f8fad5b-d9cb-469f-a165-70867728950e","route":"OPTIONS /todo","status":"204","latency_ms":"2",' +
        '"function_ms":"-","response_type":"-","user_id":"-",' +
        '"source_ip":"203.0.113.42","authorization_id":"-","authorizer_ms":"-","reason":"-"}',
    );
    expect(Buffer.byteLength(line)).toBe(244);
  });
});
