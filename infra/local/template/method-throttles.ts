import type { MethodSpec, ThrottleSpec } from '../deployment-spec.ts';
import type { Resource } from './resources.ts';
import { TemplateError } from './template-error.ts';

type MethodSetting = NonNullable<Resource<'AWS::ApiGateway::Stage'>['properties']['MethodSettings']>[number];
type MethodKey = Pick<MethodSpec, 'httpMethod' | 'path'>;

const ALL_METHODS = '* /*';

/**
 * Reads the throttle of each method from the settings of the stage. Each method has a bucket of its own, also when the
 * settings are those of all methods. The settings of one method replace the ones of all methods.
 * Source: API Gateway guide, "Throttle requests to your REST APIs", and the reference of `MethodSetting` in CloudFormation
 * @returns gives the throttle of a method, or undefined if only the limits of the account hold
 * @throws {TemplateError} for a method that does not exist, and for a wildcard in a part of the key
 */
export function readMethodThrottles(
  { logicalId, properties }: Resource<'AWS::ApiGateway::Stage'>,
  methods: readonly MethodKey[],
): (method: MethodKey) => ThrottleSpec | undefined {
  const known = new Set([ALL_METHODS, ...methods.map(keyOf)]);
  const throttles = new Map<string, ThrottleSpec | undefined>();
  for (const setting of properties.MethodSettings ?? []) {
    const key = keyOf({ httpMethod: setting.HttpMethod, path: decodePath(setting.ResourcePath) });
    if (!known.has(key))
      throw new TemplateError(`${logicalId}: MethodSettings name ${key}, which is no method`);
    throttles.set(key, readThrottle(logicalId, setting));
  }
  return (method) => throttles.get(throttles.has(keyOf(method)) ? keyOf(method) : ALL_METHODS);
}

function readThrottle(
  logicalId: string,
  { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst }: MethodSetting,
): ThrottleSpec | undefined {
  if (rate === undefined && burst === undefined) return undefined;
  if (rate === undefined || burst === undefined) {
    throw new TemplateError(
      `${logicalId}: a throttle without ThrottlingRateLimit or ThrottlingBurstLimit is not implemented locally`,
    );
  }
  return { rate, burst };
}

function keyOf({ httpMethod, path }: MethodKey): string {
  return `${httpMethod} ${path}`;
}

/** The path is a JSON pointer: `/~1items~1{id}` is `/items/{id}`, and `/~1` is the root. `/*` means all paths. */
function decodePath(resourcePath: string): string {
  return resourcePath === '/*' ? resourcePath : resourcePath.slice(1).replaceAll('~1', '/');
}
