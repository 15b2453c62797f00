import type { ParameterObject, SchemaObject } from 'openapi3-ts/oas31';
import type { Route } from '../../functions/routes.ts';
import { lengths, toObjectSchema } from './json-schema.ts';
import type { OperationDetails } from './operation.ts';
import { requestHeaders } from './request-headers.ts';

/** The id of the examples. */
export const EXAMPLE_ID = '01KB6VDEXAMP1E0F0F0F0T0D0X';

/**
 * The parameters of an operation: path, query and headers. Each has an example and bounds, because tools fill forms and
 * make tests from them.
 */
export function parametersOf(route: Route, { examples = {} }: OperationDetails): ParameterObject[] {
  const { headers = [] } = route;
  const successes = Object.values(examples).filter(({ status }) => status < 400);
  const shownInPath = (name: string) => successes.map(({ path }) => path?.[name]).find(Boolean);
  return [
    ...pathParametersOf(route, shownInPath),
    ...queryParametersOf(route),
    ...[...headers, ...(takesPreference(route) ? (['Prefer'] as const) : [])].map(
      (name) => requestHeaders[name],
    ),
  ];
}

/** A write whose response shows what it wrote can leave that out. */
export function takesPreference({ method, shows }: Route): boolean {
  return shows !== undefined && method !== 'GET' && method !== 'DELETE';
}

function pathParametersOf(
  { pathParameters = {} }: Route,
  shownInPath: (name: string) => string | undefined,
): ParameterObject[] {
  return Object.entries(pathParameters).map(([name, description]) => {
    const shown = shownInPath(name);
    return {
      name,
      in: 'path',
      required: true,
      description,
      example: shown ?? EXAMPLE_ID,
      // The ids of resources are ULIDs: functions/http/path-id.ts.
      schema:
        shown === undefined
          ? { type: 'string', format: 'ulid', ...lengths.ulid }
          : { type: 'string', minLength: 1, maxLength: 255 },
    };
  });
}

function queryParametersOf({ query }: Route): ParameterObject[] {
  if (query === undefined) return [];
  const { properties } = toObjectSchema(query.schema, query.members, 'input');
  return Object.entries(properties).map(([name, { description = '', example, ...schema }]) => ({
    name,
    in: 'query',
    description,
    example: example ?? exampleOf(schema),
    schema: { ...schema, ...(schema.type === 'integer' && { format: 'int32' }) },
  }));
}

/** An example that follows from the schema. A schema from which none follows needs its own. */
function exampleOf({ type, format, default: usual, enum: [first] = [] }: SchemaObject): unknown {
  if (type === 'boolean') return true;
  return usual ?? first ?? (format === 'date' ? '2026-12-24' : undefined);
}
