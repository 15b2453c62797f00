import type {
  ExamplesObject,
  OpenAPIObject,
  OperationObject,
  ParameterObject,
  PathItemObject,
  ResponseObject,
  ResponsesObject,
} from 'openapi3-ts/oas31';
import { type Route, type RouteId, routes } from '../../functions/routes.ts';
import manifest from '../../package.json' with { type: 'json' };
import type { DeploymentConfig } from '../config/config.ts';
import type { Answer, Exchange, Operation, ProblemStatus } from './operation.ts';
import { operations } from './operations.ts';
import { operationProblem, sharedProblems } from './problem-responses.ts';
import { requestHeaders } from './request-headers.ts';
import { headersOf } from './response-headers.ts';
import { schemaReference, schemas } from './schemas.ts';
import { securityOf, securitySchemes } from './security.ts';
import { HEAD_TAG, tags } from './tags.ts';

export type DocumentConfig = Pick<DeploymentConfig, 'auth0Domain' | 'requireScopes'>;

const JSON_TYPE = 'application/json';

const pathParameters: Readonly<Record<string, string>> = {
  id: 'The id of a todo of yours.',
  asset: 'The name of the file, as the page has it.',
};

/**
 * Describes the API as OpenAPI 3.1: every route of functions/routes.ts, with the schemas that validate its
 * requests and every status that the function or the gateway may answer with.
 * Source: https://spec.openapis.org/oas/v3.1.1
 */
export function describeApi({ auth0Domain, requireScopes }: DocumentConfig): OpenAPIObject {
  const paths: Record<string, PathItemObject> = {};
  for (const route of routes) {
    const operation = describeRoute(route, operations[route.id], requireScopes);
    const item: PathItemObject = { ...paths[route.path], [route.method.toLowerCase()]: operation };
    paths[route.path] = route.method === 'GET' ? { ...item, head: describeHead(route, operation) } : item;
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Todo API',
      version: manifest.version,
      description: 'Todos of your own. Sign in, and try each call; errors are problem details (RFC 9457).',
      license: { name: manifest.license, identifier: manifest.license },
    },
    // Relative to the document, so it holds under a stage's path as under a custom domain's base path.
    servers: [{ url: '.', description: 'Where this document is' }],
    tags: [...tags],
    paths,
    components: {
      schemas: { ...schemas },
      responses: sharedProblems(paths),
      securitySchemes: { ...securitySchemes(auth0Domain) },
    },
  };
}

/** HEAD is answered wherever GET is, with the same headers and no content (RFC 9110 §9.3.2). */
function describeHead({ id }: { readonly id: RouteId }, operation: OperationObject): OperationObject {
  const responses = Object.entries(operation.responses ?? {}).map(([status, response]) => {
    const { content, ...withoutContent } = response as ResponseObject;
    return [status, withoutContent];
  });
  return {
    ...operation,
    operationId: id.replace(/^[a-z]+/, 'head'),
    tags: [HEAD_TAG],
    summary: `The headers of: ${operation.summary}`,
    responses: Object.fromEntries(responses),
  };
}

function describeRoute(
  route: Route & { readonly id: RouteId },
  operation: Operation,
  requireScopes: boolean,
): OperationObject {
  const { body, description, examples = {}, headers = [], query = [] } = operation;
  const parameters = [
    ...pathParametersOf(route.path),
    ...query,
    ...[...headers, ...(takesPreference(route) ? (['Prefer'] as const) : [])].map(
      (name) => requestHeaders[name],
    ),
  ];
  return {
    operationId: route.id,
    tags: [operation.tag],
    summary: route.summary,
    ...(description !== undefined && { description }),
    security: securityOf(route, requireScopes),
    ...(parameters.length > 0 && { parameters }),
    ...(body && {
      requestBody: {
        required: true,
        content: {
          [JSON_TYPE]: {
            schema: schemaReference(body),
            ...showExamples(examples, ({ status }) => status < 300, 'body'),
          },
        },
      },
    }),
    responses: describeAnswers(route, operation),
  };
}

/** The writes that answer with what they wrote can do without it. */
function takesPreference({ method }: Route): boolean {
  return method === 'POST' || method === 'PUT' || method === 'PATCH';
}

function pathParametersOf(path: string): ParameterObject[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    description: pathParameters[name] ?? '',
    schema: { type: 'string' },
  }));
}

function describeAnswers(route: Route, operation: Operation): ResponsesObject {
  const { answers, examples = {}, headers = [] } = operation;
  const exampleOf = (status: number) =>
    showExamples(examples, (exchange) => exchange.status === status, 'answer').examples;
  const preference = takesPreference(route) ? (['Preference-Applied'] as const) : [];
  const successes = Object.entries(answers).flatMap(([status, { optionalHeaders = [], ...answer }]) => {
    const headers = [...optionalHeaders, ...preference];
    const full = describeAnswer({ ...answer, optionalHeaders: headers }, exampleOf(Number(status)));
    const { content, description, ...minimal } = full;
    // With `Prefer: return=minimal`, a 200 becomes this; a 201 stays one, and has no content.
    const isReplaced = preference.length > 0 && status === '200';
    return [[status, full], ...(isReplaced ? [[204, { description: 'It is done.', ...minimal }]] : [])];
  });
  const unchanged = headers.includes('If-None-Match')
    ? [[304, describeAnswer({ description: 'You have it already.', headers: ['ETag'] }, undefined)]]
    : [];
  const problems = problemStatuses(route, operation).map((status) => [
    status,
    operationProblem(status, exampleOf(status)),
  ]);
  return Object.fromEntries([...successes, ...unchanged, ...problems]);
}

function describeAnswer(answer: Answer, examples: ExamplesObject | undefined): ResponseObject {
  const { content = {}, description, headers = [], optionalHeaders } = answer;
  const media = Object.entries(content).map(([type, { schema }]) => [
    type,
    {
      schema: typeof schema === 'string' ? schemaReference(schema) : schema,
      ...(examples && { examples }),
    },
  ]);
  return {
    description,
    headers: headersOf(['X-Request-Id', 'Cache-Control', ...headers], optionalHeaders),
    ...(media.length > 0 && { content: Object.fromEntries(media) }),
  };
}

/** What the gateway and the route's own parts may answer with, and what the operation says beyond. */
function problemStatuses(route: Route, { headers = [], problems = [] }: Operation): ProblemStatus[] {
  const statuses: ProblemStatus[] = [
    // The gateway's own: a malformed address, a firewall before it, a body that is too large or in no known coding, ….
    ...([400, 403, 413, 415, 429, 500, 502, 503, 504] as const),
    ...(route.public ? [] : ([401] as const)),
    ...(route.path.includes('{') ? ([404] as const) : []),
    ...(headers.includes('If-Match') ? ([412] as const) : []),
    ...(headers.includes('Idempotency-Key') ? ([422] as const) : []),
    ...problems,
  ];
  return [...new Set(statuses)].sort((a, b) => a - b);
}

/** The examples that are meant, by their names; nothing where there are none. */
function showExamples(
  examples: Readonly<Record<string, Exchange>>,
  isMeant: (exchange: Exchange) => boolean,
  part: 'body' | 'answer',
): { examples?: ExamplesObject } {
  const shown = Object.entries(examples)
    .filter(([, exchange]) => isMeant(exchange) && exchange[part] !== undefined)
    .map(([name, exchange]) => [name, { summary: exchange.summary, value: exchange[part] }]);
  return shown.length > 0 ? { examples: Object.fromEntries(shown) } : {};
}
