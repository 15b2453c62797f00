import type { IAspect } from 'aws-cdk-lib';
import { CfnMethod, PassthroughBehavior } from 'aws-cdk-lib/aws-apigateway';
import type { IConstruct } from 'constructs';

/**
 * The media types of a body that a client may name in an OPTIONS request. A browser names none, and API Gateway then
 * takes `application/json`.
 */
const mediaTypes = [
  'application/json',
  'application/merge-patch+json',
  'application/octet-stream',
  'application/problem+json',
  'application/x-www-form-urlencoded',
  'application/xml',
  'multipart/form-data',
  'text/html',
  'text/plain',
  'text/xml',
];

/** Chooses the response of the mock integration. It needs a valid status, and does not send it. */
const REQUEST_TEMPLATE = '{ statusCode: 200 }';

/**
 * The integration of a preflight. API Gateway chooses the request template by the `Content-Type` of the request, and a
 * key cannot stand for all types. By default, a type without a template is a 500, so anybody could raise the alarm of
 * 5xx responses. With `NEVER` it is a 415.
 * Source: "Method request behavior for payloads without mapping templates" in the API Gateway developer guide
 */
export const preflightIntegration = {
  PassthroughBehavior: PassthroughBehavior.NEVER,
  RequestTemplates: Object.fromEntries(mediaTypes.map((type) => [type, REQUEST_TEMPLATE])),
};

/** Gives every preflight that the CDK creates the integration above. The CDK has no option for it. */
export class PreflightMediaTypes implements IAspect {
  visit(node: IConstruct): void {
    if (!(node instanceof CfnMethod) || node.httpMethod !== 'OPTIONS') return;
    for (const [name, value] of Object.entries(preflightIntegration))
      node.addPropertyOverride(`Integration.${name}`, value);
  }
}
