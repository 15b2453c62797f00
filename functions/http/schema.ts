import type * as z from 'zod/mini';

/**
 * What the API description says of a member, beside what the schema says: a description, and limits that code checks.
 * It is JSON Schema. One that names a `type` replaces what the schema says.
 */
export type MemberDescription = Readonly<Record<string, unknown>> & { readonly description: string };

/** A schema with what the API description says of each of its members. Handlers do not load it. */
export interface DescribedSchema<Schema extends z.ZodMiniObject = z.ZodMiniObject> {
  readonly schema: Schema;
  readonly members: Readonly<Record<keyof Schema['shape'], MemberDescription>>;
}

/** A schema that the API description has under a name of its own. */
export interface NamedSchema<Schema extends z.ZodMiniObject = z.ZodMiniObject>
  extends DescribedSchema<Schema> {
  readonly name: string;
}

/** The schema of a request body, with a valid body. The API description shows it, and tests of all routes send it. */
export interface BodySchema<Schema extends z.ZodMiniObject = z.ZodMiniObject> extends NamedSchema<Schema> {
  readonly example: z.input<Schema>;
}
