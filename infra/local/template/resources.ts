import type { z } from 'zod';
import type { Template } from './assembly.ts';
import type { Resolver } from './intrinsics.ts';
import { implemented, typesWithoutEffect } from './resource-types.ts';
import { TemplateError } from './template-error.ts';

export type ResourceType = keyof typeof implemented;

export interface Resource<Type extends ResourceType> {
  logicalId: string;
  dependsOn: string[];
  properties: z.infer<(typeof implemented)[Type]['schema']>;
}

export interface Resources {
  ofType<Type extends ResourceType>(type: Type): Resource<Type>[];
  /**
   * Gives the one resource of a type.
   * @throws {TemplateError} when the template has none or several
   */
  single<Type extends ResourceType>(type: Type): Resource<Type>;
}

/**
 * Reads the resources of a template. They are resolved, and parsed by type. No property is ignored silently:
 * resource-types.ts lists those without an effect, each with the reason.
 *
 * @throws {TemplateError} with the name of a resource type or property that is not implemented locally
 */
export function readResources(template: Template, resolver: Resolver): Resources {
  const deployed = Object.entries(template.Resources).filter(
    ([, { Condition }]) => Condition === undefined || resolver.isTrue(Condition),
  );
  for (const [logicalId, { Type }] of deployed) {
    if (!Object.hasOwn(implemented, Type) && !Object.hasOwn(typesWithoutEffect, Type)) {
      throw new TemplateError(`${logicalId}: resource type ${Type} is not implemented locally`);
    }
  }

  function ofType<Type extends ResourceType>(type: Type): Resource<Type>[] {
    const { schema, withoutEffect } = implemented[type];
    return deployed
      .filter(([, { Type }]) => Type === type)
      .map(([logicalId, { Properties, DependsOn }]) => {
        const where = `${logicalId} (${type})`;
        const effective = Object.entries(Properties).filter(([name]) => !Object.hasOwn(withoutEffect, name));
        const parsed = schema.safeParse(resolver.resolve(Object.fromEntries(effective), where));
        if (!parsed.success) throw new TemplateError(`${where}: ${describeIssues(parsed.error)}`);
        return { logicalId, dependsOn: DependsOn, properties: parsed.data as Resource<Type>['properties'] };
      });
  }

  return {
    ofType,
    single: (type) => {
      const [resource, ...others] = ofType(type);
      if (resource === undefined) throw new TemplateError(`the template has no ${type}`);
      if (others.length > 0)
        throw new TemplateError(`the template has several ${type}, but a local deployment has exactly one`);
      return resource;
    },
  };
}

function describeIssues(error: z.ZodError): string {
  return error.issues
    .map((issue) =>
      issue.code === 'unrecognized_keys'
        ? `property ${[...issue.path, issue.keys.join(', ')].join('.')} is not implemented locally`
        : `property ${issue.path.join('.')}: ${issue.message}`,
    )
    .join('; ');
}
