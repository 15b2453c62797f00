/** A value of a successful request for each variable of the access log, as long as a real one. */
const sampleValues: Readonly<Record<string, string>> = {
  '$context.requestId': '2f1b3a5c-8d7e-4f60-9a1b-2c3d4e5f6071',
  '$context.extendedRequestId': 'ZxYwVuTsIAMEaBc=',
  '$context.xrayTraceId': 'Root=1-6925f0a1-0123456789abcdef01234567',
  '$context.requestTimeEpoch': '1764158625123',
  '$context.domainName': 'a1b2c3d4e5.execute-api.us-east-1.amazonaws.com',
  '$context.httpMethod': 'GET',
  '$context.resourcePath': '/todo',
  '$context.status': '200',
  '$context.responseLatency': '27',
  '$context.integrationLatency': '24',
  '$context.integration.integrationStatus': '200',
  '$context.responseLength': '2911',
  '$context.authorizer.principalId': '01JZZZZZZZZZZZZZZZZZZZZZZZ',
  '$context.authorizer.authorization_id': '7c9e6679-7425-40de-944b-e07fc1f90ae7',
  '$context.authorizer.integrationLatency': '0',
  '$context.authorizer.status': '200',
  '$context.identity.sourceIp': '203.0.113.195',
};

/** The gateway writes this for a variable without a value. */
const NO_VALUE = '-';

/**
 * Returns the bytes of the access log's line of a successful list.
 * @param format the format in the template: JSON with variables as values
 */
export function accessLogBytes(format: string): number {
  return Buffer.byteLength(
    format.replaceAll(/\$context\.[\w.]+/g, (variable) => sampleValues[variable] ?? NO_VALUE),
  );
}
