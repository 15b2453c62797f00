import type { BodyModel, MethodSpec } from '../deployment-spec.ts';
import type { PhysicalIds } from './physical-ids.ts';
import type { Resource, Resources } from './resources.ts';
import { TemplateError } from './template-error.ts';

/** API Gateway gives these models to each API. */
const builtIn = ['Empty', 'Error'];

const anyJson: BodyModel = { isObject: false, minProperties: 0, maxProperties: Number.POSITIVE_INFINITY };

/**
 * Reads the models and request validators of the API.
 * @returns gives the models of a method, by media type; undefined for a method that validates no body
 */
export function readBodyModels(
  resources: Resources,
  physicalIds: PhysicalIds,
): (method: Resource<'AWS::ApiGateway::Method'>) => MethodSpec['bodyModels'] {
  const models = new Map<string | undefined, BodyModel>(builtIn.map((name) => [name, anyJson]));
  for (const { logicalId, properties } of resources.ofType('AWS::ApiGateway::Model')) {
    const { type, minProperties, maxProperties } = properties.Schema;
    models.set(physicalIds.ref(logicalId), {
      isObject: type === 'object',
      minProperties: minProperties ?? anyJson.minProperties,
      maxProperties: maxProperties ?? anyJson.maxProperties,
    });
  }
  const validators = new Map(
    resources
      .ofType('AWS::ApiGateway::RequestValidator')
      .map(({ logicalId, properties }) => [physicalIds.ref(logicalId), properties]),
  );

  return ({ logicalId, properties: { RequestModels, RequestValidatorId } }) => {
    const named = Object.entries(RequestModels).map(([mediaType, name]) => {
      const model = models.get(name);
      if (model === undefined) throw new TemplateError(`${logicalId}: the template has no model ${name}`);
      return [mediaType.toLowerCase(), model] as const;
    });
    if (RequestValidatorId === undefined) return undefined;
    const validator = validators.get(RequestValidatorId);
    if (validator === undefined)
      throw new TemplateError(`${logicalId}: the template has no validator with this RequestValidatorId`);
    return validator.ValidateRequestBody ? new Map(named) : undefined;
  };
}
