import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import type { DeploymentConfig } from '../config/config.ts';

/** The parts of a stage that have fields of their own. */
export type LoggedParts = Pick<DeploymentConfig, 'domain' | 'firewall'>;

/**
 * The fields of the access log, under the names that the functions use in their logs. Each one answers a question of
 * infra/RUNBOOK.md, because every byte here is paid for with every request. There is no header, query or path, because
 * these can hold tokens and personal data.
 * Source: "Variables for access logging for API Gateway" in the API Gateway developer guide.
 */
export function accessLogFields({ domain, firewall }: LoggedParts): Readonly<Record<string, string>> {
  return {
    request_id: '$context.requestId',
    route: '$context.httpMethod $context.resourcePath',
    status: '$context.status',
    latency_ms: '$context.responseLatency',
    /** The time of the function as the gateway sees it: with Lambda's own part, and with a cold start. */
    function_ms: '$context.integrationLatency',
    /** The type of the gateway response, such as ACCESS_DENIED, when no function responded. */
    response_type: '$context.error.responseType',
    user_id: '$context.authorizer.principalId',
    /**
     * Tells callers apart on a 429, which the gateway sends before the authorizer runs. API Gateway can neither cut nor
     * hash it, so the log group masks it (gateway-logs.ts).
     */
    source_ip: '$context.identity.sourceIp',
    /** The run of the authorizer that decided: the first characters of the `request_id` in its log. */
    authorization_id: '$context.authorizer.authorization_id',
    /** 0 when the decision came from the cache. No variable says so directly. */
    authorizer_ms: '$context.authorizer.integrationLatency',
    /** Why a token was refused, or why a valid token belongs to no user. */
    reason: '$context.authorizer.reason_code',
    /** The address that the client used, while the custom domain and the one that AWS gives both work. */
    ...(domain && !domain.only && { host: '$context.domainName' }),
    ...(firewall && { waf: '$context.wafResponseCode' }),
  };
}

/** One JSON object for each request. Every value is a string, because API Gateway writes "-" where there is none. */
export function accessLogFormat(parts: LoggedParts): AccessLogFormat {
  return AccessLogFormat.custom(JSON.stringify(accessLogFields(parts)));
}
