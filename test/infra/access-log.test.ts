import { beforeAll, describe, expect, it } from 'vitest';
import { synthesizeTemplate } from '../support/stack.ts';

interface Resource {
  // biome-ignore lint/suspicious/noExplicitAny: properties differ by resource type
  readonly Properties: any;
}

let fields: Readonly<Record<string, string>>;
let logGroup: Resource['Properties'];

beforeAll(() => {
  const template = synthesizeTemplate();
  const [stage] = Object.values(template.findResources('AWS::ApiGateway::Stage')) as Resource[];
  const { DestinationArn, Format } = stage?.Properties.AccessLogSetting ?? {};
  fields = JSON.parse(Format);
  logGroup = (template.findResources('AWS::Logs::LogGroup') as Record<string, Resource>)[
    DestinationArn['Fn::GetAtt'][0]
  ]?.Properties;
});

describe('the access log of the gateway', () => {
  it('has these variables, and none with a header, a query, a path or a token', () => {
    expect(Object.values(fields).sort()).toEqual([
      '$context.authorizer.authorization_id',
      '$context.authorizer.integrationLatency',
      '$context.authorizer.principalId',
      '$context.authorizer.reason_code',
      '$context.authorizer.refusal',
      '$context.authorizer.status',
      '$context.domainName',
      '$context.error.responseType',
      '$context.extendedRequestId',
      '$context.httpMethod $context.resourcePath',
      '$context.identity.sourceIp',
      '$context.integration.integrationStatus',
      '$context.integrationLatency',
      '$context.requestId',
      '$context.requestTimeEpoch',
      '$context.responseLatency',
      '$context.responseLength',
      '$context.status',
      '$context.wafResponseCode',
      '$context.xrayTraceId',
    ]);
  });

  it('tells callers apart when the gateway refuses a request before the authorizer runs', () => {
    expect(fields.source_ip).toBe('$context.identity.sourceIp');
  });

  it('masks the addresses of callers for everybody who may not unmask them', () => {
    const { Statement: statement } = logGroup.DataProtectionPolicy;
    const operations = statement.map(({ Operation }: { Operation: object }) => Operation);
    expect(operations).toEqual([{ Audit: { FindingsDestination: {} } }, { Deidentify: { MaskConfig: {} } }]);
    for (const { DataIdentifier } of statement) {
      expect(JSON.stringify(DataIdentifier)).toMatch(
        /^\[.*:dataprotection::aws:data-identifier\/IpAddress"\]/,
      );
    }
  });
});
