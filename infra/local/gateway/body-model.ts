import type { BodyModel, MethodSpec } from '../deployment-spec.ts';
import { GatewayError } from './failures.ts';
import { mediaTypeOf } from './media-type.ts';

/**
 * Validates a body as API Gateway does, by the model of its media type. No body is an empty object.
 * Source: API Gateway guide, "Request validation for REST APIs in API Gateway"
 *
 * @param models undefined for a method that validates no body; a type without a model is not validated
 * @throws {GatewayError} BAD_REQUEST_BODY for a body that is not JSON, or does not have the form of its model
 */
export function validateBody(
  models: MethodSpec['bodyModels'],
  contentType: string | undefined,
  body: Buffer | undefined,
): void {
  const model = models?.get(mediaTypeOf(contentType)) ?? models?.get('$default');
  if (model === undefined) return;
  const problem = findProblem(model, body?.toString() ?? '{}');
  if (problem !== undefined) throw new GatewayError('BAD_REQUEST_BODY', problem);
}

function findProblem(
  { isObject, minProperties, maxProperties }: BodyModel,
  text: string,
): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'the body is not JSON';
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return isObject ? 'the body is not an object' : undefined;
  const { length } = Object.keys(value);
  return length < minProperties || length > maxProperties
    ? 'the body does not have the number of properties that its model allows'
    : undefined;
}
