import type { IAspect } from 'aws-cdk-lib';
import {
  CfnMethod,
  JsonSchemaType,
  Model,
  PassthroughBehavior,
  type RequestValidator,
  type RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import type { IConstruct } from 'constructs';

/**
 * Lets an OPTIONS request have any media type. Call it once, after the resources' defaults are set.
 *
 * A browser names no media type in a preflight, and API Gateway then takes `application/json`, which has a template. A
 * key cannot stand for all other types, and a type without a template is a 500, so that anybody could raise the alarm
 * of 5xx responses. The key of a model can: a body of any other type has a model that refuses it. Its gateway response,
 * BAD_REQUEST_BODY, is the response to a preflight (gateway-responses.ts). No other method has a validator, so none
 * sends it.
 * Source: "Request validation for REST APIs in API Gateway" and "Method request behavior for payloads without mapping
 * templates" in the API Gateway developer guide
 */
export function acceptAnyMediaType(api: RestApi): IAspect {
  const refuseAny = api.addModel('RefusedBody', {
    description: 'Refuses every body.',
    schema: { type: JsonSchemaType.OBJECT, minProperties: 1, maxProperties: 0 },
  });
  const models = { 'application/json': Model.EMPTY_MODEL.modelId, $default: refuseAny.modelId };
  const validator = api.addRequestValidator('PreflightValidator', { validateRequestBody: true });
  // The CDK makes a new deployment for a changed model or validator, but not for a changed property of a preflight.
  api.latestDeployment?.addToLogicalId({ preflight: { models, passthrough: PassthroughBehavior.NEVER } });
  return new ValidatedPreflight(models, validator);
}

/** The CDK has no option for the properties of the preflights that it creates. */
class ValidatedPreflight implements IAspect {
  readonly #models: Readonly<Record<string, string>>;
  readonly #validator: RequestValidator;

  constructor(models: Readonly<Record<string, string>>, validator: RequestValidator) {
    this.#models = models;
    this.#validator = validator;
  }

  visit(node: IConstruct): void {
    if (!(node instanceof CfnMethod) || node.httpMethod !== 'OPTIONS') return;
    node.requestModels = { ...this.#models };
    node.requestValidatorId = this.#validator.requestValidatorId;
    node.addPropertyOverride('Integration.PassthroughBehavior', PassthroughBehavior.NEVER);
  }
}
