import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';

/**
 * The fields of the access log, under the names that the functions use in their logs. There is no header, query or
 * path, because these can hold tokens and personal data.
 * Source: "Variables for access logging for API Gateway" in the API Gateway developer guide.
 */
export const accessLogFields = {
  request_id: '$context.requestId',
  extended_request_id: '$context.extendedRequestId',
  trace_id: '$context.xrayTraceId',
  time: '$context.requestTimeEpoch',
  /** The address that the client used: the custom domain, or the one that AWS gives. */
  host: '$context.domainName',
  route: '$context.httpMethod $context.resourcePath',
  status: '$context.status',
  latency_ms: '$context.responseLatency',
  integration_latency_ms: '$context.integrationLatency',
  integration_status: '$context.integration.integrationStatus',
  response_bytes: '$context.responseLength',
  /** The type of the gateway response, such as ACCESS_DENIED, when no function responded. */
  response_type: '$context.error.responseType',
  waf: '$context.wafResponseCode',
  user_id: '$context.authorizer.principalId',
  /**
   * Tells callers apart on a 429, which the gateway sends before the authorizer runs. API Gateway can neither cut nor
   * hash it, so the log group masks it (gateway-logs.ts).
   */
  source_ip: '$context.identity.sourceIp',
  /** The invocation of the authorizer that decided: the `request_id` in its log. */
  authorization_id: '$context.authorizer.authorization_id',
  /** 0 when the decision came from the cache. No variable says so directly. */
  authorizer_latency_ms: '$context.authorizer.integrationLatency',
  authorizer_status: '$context.authorizer.status',
  /** Why a token was refused, and why a valid token belongs to no user. */
  authorizer_reason: '$context.authorizer.reason_code',
  authorizer_refusal: '$context.authorizer.refusal',
} as const;

/** One JSON object for each request. Every value is a string, and "-" where there is none. */
export const accessLogFormat = AccessLogFormat.custom(JSON.stringify(accessLogFields));
