import type { ReferenceObject, SchemaObject } from 'openapi3-ts/oas31';
import { account, idempotencyRecord } from '../../functions/export/description.ts';
import { exporters } from '../../functions/export/exporters.ts';
import { problemDetailsSchema } from '../../functions/http/problem-details.ts';
import { problemType } from '../../functions/http/problem-kinds.ts';
import { MAX_LIMIT } from '../../functions/http/query.ts';
import type { NamedSchema } from '../../functions/http/schema.ts';
import { routes } from '../../functions/routes.ts';
import { user } from '../../functions/users/description.ts';
import { DOCS_PATH } from './example-problem.ts';
import { toObjectSchema } from './json-schema.ts';

export type SchemaName = string;

const { required, ...problemDetails } = toObjectSchema(
  problemDetailsSchema,
  {
    type: {
      description:
        'The kind of the problem: the address of the section about it in the API reference, relative to the address of the request (RFC 9457 §3.1.1). Compare what follows `#`.',
      format: 'uri-reference',
      maxLength: 200,
      examples: [problemType(DOCS_PATH, 'stale_version')],
    },
    title: { description: 'The name of the status.', maxLength: 100 },
    status: {
      description: 'The status of the response. Some responses of the gateway do not have it.',
      type: 'integer',
      format: 'int32',
      minimum: 400,
      maximum: 599,
    },
    detail: { description: 'What happened, for a person to read.', maxLength: 1_000 },
    request_id: { description: 'The id of the request. The logs have it too.', maxLength: 100 },
    errors: {
      description: 'What is wrong, by the name of the field, parameter or header: all errors at once.',
      type: 'object',
      additionalProperties: { type: 'array', maxItems: 20, items: { type: 'string', maxLength: 500 } },
    },
  },
  'output',
);

const bodies = routes.flatMap(({ body }) => body ?? []);
const representations = routes.flatMap(({ shows, lists }) => shows ?? lists ?? []);

const exported = Object.values(exporters).flatMap((exporter) => (exporter.kind === 'list' ? exporter : []));

/** The schemas of the document, by their names in it. */
export const schemas: Readonly<Record<SchemaName, SchemaObject>> = {
  ...toComponents(bodies, 'input'),
  ...toComponents([...representations, user, account, idempotencyRecord], 'output'),
  Export: {
    type: 'object',
    required: ['user', 'account', ...exported.map(({ member }) => member)],
    properties: {
      user: schemaReference(user.name),
      account: schemaReference(account.name),
      ...Object.fromEntries(exported.map(({ member, schema }) => [member, listOf(schema)])),
    },
  },
  Problem: { ...problemDetails, required: required?.filter((name) => name !== 'status') ?? [] },
};

function toComponents(
  named: readonly NamedSchema[],
  io: 'input' | 'output',
): Readonly<Record<SchemaName, SchemaObject>> {
  return Object.fromEntries(
    named.map(({ name, schema, members }) => [name, toObjectSchema(schema, members, io)]),
  );
}

/** A schema as the document refers to it. */
export function schemaReference(name: SchemaName): ReferenceObject {
  return { $ref: `#/components/schemas/${name}` };
}

/** A list of what a schema describes. */
export function listOf(name: SchemaName): SchemaObject {
  return { type: 'array', maxItems: MAX_LIMIT, items: schemaReference(name) };
}
