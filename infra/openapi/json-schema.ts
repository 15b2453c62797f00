import type { SchemaObject } from 'openapi3-ts/oas31';
import * as z from 'zod/mini';
import type { DescribedSchema } from '../../functions/http/schema.ts';

/** The longest address that the API sends. Servers and proxies accept at least 8,000 (RFC 9110 §4.1). */
export const MAX_URI_LENGTH = 8_000;

/**
 * The JSON Schema of an object, with the description of each member.
 * @param io whether the object is sent to the API or comes from it
 */
export function toObjectSchema<Schema extends z.ZodMiniObject>(
  schema: Schema,
  members: DescribedSchema<Schema>['members'],
  io: 'input' | 'output',
): SchemaObject & { readonly properties: Readonly<Record<string, SchemaObject>> } {
  const { $schema, additionalProperties, ...object } = z.toJSONSchema(schema, { io, override: simplify });
  const properties = Object.fromEntries(
    Object.entries(object.properties ?? {}).map(([name, property]) => {
      const member: SchemaObject = members[name as keyof Schema['shape']];
      return [name, member.type ? member : { ...(property as SchemaObject), ...member }];
    }),
  );
  // A client must not break on a member that a later version adds, so the object stays open.
  return { ...(object as SchemaObject), properties };
}

/** The lengths of the texts of a format. A tool that does not know the format still knows these. */
export const lengths: Readonly<Record<string, { readonly minLength: number; readonly maxLength: number }>> = {
  date: { minLength: 10, maxLength: 10 },
  'date-time': { minLength: 20, maxLength: 30 },
  ulid: { minLength: 26, maxLength: 26 },
  uri: { minLength: 1, maxLength: MAX_URI_LENGTH },
};

/**
 * Formats need no pattern, but bounds, and null needs no alternative. What is a type of the code only says nothing here.
 */
function simplify({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  delete jsonSchema.readOnly;
  delete jsonSchema.propertyNames;
  if (jsonSchema.format !== undefined) {
    delete jsonSchema.pattern;
    Object.assign(jsonSchema, lengths[jsonSchema.format]);
  }
  // Without a format, oapi-codegen takes 32 bits, which cannot hold 16,777,217. https://spec.openapis.org/registry/format
  if (jsonSchema.type === 'number') jsonSchema.format = 'double';
  if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
  const [value, nothing, ...others] = jsonSchema.anyOf ?? [];
  if (typeof value === 'object' && typeof nothing === 'object' && nothing.type === 'null' && !others.length) {
    delete jsonSchema.anyOf;
    Object.assign(jsonSchema, value, { type: [value.type, 'null'] });
  }
}
