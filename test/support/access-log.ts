import { accessLogFields, type LoggedParts } from '../../infra/constructs/access-log.ts';

/** The values of a request that a function responded to, as long as they are on AWS. */
const values: Readonly<Record<string, string>> = {
  '$context.requestId': '0f8fad5b-d9cb-469f-a165-70867728950e',
  '$context.httpMethod': 'GET',
  '$context.resourcePath': '/todo',
  '$context.status': '200',
  '$context.responseLatency': '24',
  '$context.integrationLatency': '19',
  '$context.authorizer.principalId': '01KB6VDEXAMP1E0F0F0F0T0D0X',
  '$context.identity.sourceIp': '203.0.113.42',
  '$context.authorizer.authorization_id': '7c9e6679',
  '$context.authorizer.integrationLatency': '0',
  '$context.domainName': 'a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com',
  '$context.wafResponseCode': 'WAF_ALLOW',
};

/** The values of a preflight request, which has no caller and no integration that takes time. */
const preflightValues: typeof values = {
  '$context.requestId': '0f8fad5b-d9cb-469f-a165-70867728950e',
  '$context.httpMethod': 'OPTIONS',
  '$context.resourcePath': '/todo',
  '$context.status': '204',
  '$context.responseLatency': '2',
  '$context.identity.sourceIp': '203.0.113.42',
  '$context.domainName': 'a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com',
  '$context.wafResponseCode': 'WAF_ALLOW',
};

/**
 * The line of the access log as API Gateway writes it for a request, with a "-" for a variable without a value.
 * @param parts what the stage has. By default, neither a custom domain nor a firewall
 * @example Buffer.byteLength(accessLogLine('request'))
 */
export function accessLogLine(
  kind: 'request' | 'preflight',
  parts: LoggedParts = { domain: undefined, firewall: undefined },
): string {
  const known = kind === 'request' ? values : preflightValues;
  return JSON.stringify(accessLogFields(parts)).replace(/\$context(\.\w+)+/g, (name) => known[name] ?? '-');
}
