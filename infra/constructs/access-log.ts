import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';

/**
 * What is known of a request when it is over, by the names under which the functions log, too. Never a header, a
 * query, a path or an address: those hold tokens and personal data.
 * Source: "Variables for access logging for API Gateway" in the API Gateway developer guide.
 */
export const accessLogFields = {
  request_id: '$context.requestId',
  extended_request_id: '$context.extendedRequestId',
  trace_id: '$context.xrayTraceId',
  time: '$context.requestTimeEpoch',
  route: '$context.httpMethod $context.resourcePath',
  status: '$context.status',
  latency_ms: '$context.responseLatency',
  integration_latency_ms: '$context.integrationLatency',
  integration_status: '$context.integration.integrationStatus',
  response_bytes: '$context.responseLength',
  /** The answer that the gateway gave by itself, such as ACCESS_DENIED. */
  response_type: '$context.error.responseType',
  waf: '$context.wafResponseCode',
  user_id: '$context.authorizer.principalId',
  /** The run of the authorizer that decided, its `request_id` in the authorizer's log. */
  authorization_id: '$context.authorizer.authorization_id',
  /** 0 when the decision came from the cache: there is no variable that says so in a word. */
  authorizer_latency_ms: '$context.authorizer.integrationLatency',
  authorizer_status: '$context.authorizer.status',
  /** Why a token is refused, and why a valid one belongs to nobody. */
  authorizer_reason: '$context.authorizer.reason_code',
  authorizer_refusal: '$context.authorizer.refusal',
} as const;

/** One JSON object a request. Every value is a text, "-" where there is none. */
export const accessLogFormat = AccessLogFormat.custom(JSON.stringify(accessLogFields));
