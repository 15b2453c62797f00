import type { SchemaObject } from 'openapi3-ts/oas31';
import * as z from 'zod/mini';

/**
 * What a schema of zod cannot say of a member: its description, and limits that are checked by code. One that
 * names a type stands for the whole member.
 */
export type Annotations<Schema extends z.ZodMiniObject> = Readonly<
  Record<keyof Schema['shape'], SchemaObject & { readonly description: string }>
>;

/**
 * The JSON Schema of an object's schema, with something said of each of its members.
 * @param io whether it describes what is taken or what is given
 */
export function toObjectSchema<Schema extends z.ZodMiniObject>(
  schema: Schema,
  io: 'input' | 'output',
  annotations: Annotations<Schema>,
): SchemaObject & { readonly properties: Readonly<Record<keyof Schema['shape'], SchemaObject>> } {
  const { $schema, additionalProperties, ...object } = z.toJSONSchema(schema, { io, override: simplify });
  const properties = Object.fromEntries(
    Object.entries(object.properties ?? {}).map(([name, property]) => {
      const annotation = annotations[name as keyof Schema['shape']];
      return [name, annotation.type ? annotation : { ...(property as SchemaObject), ...annotation }];
    }),
  );
  // A client must not break on a member that a later version adds, so the object stays open.
  return { ...(object as SchemaObject), properties: properties as never };
}

/** Formats need no pattern beside them, and null no alternative; what is only a type in the code says nothing here. */
function simplify({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  delete jsonSchema.readOnly;
  delete jsonSchema.propertyNames;
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
  if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
  const [value, nothing, ...others] = jsonSchema.anyOf ?? [];
  if (typeof value === 'object' && typeof nothing === 'object' && nothing.type === 'null' && !others.length) {
    delete jsonSchema.anyOf;
    Object.assign(jsonSchema, value, { type: [value.type, 'null'] });
  }
}
