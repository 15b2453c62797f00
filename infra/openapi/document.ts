import type {
  ExamplesObject,
  OpenAPIObject,
  OperationObject,
  PathItemObject,
  ResponseObject,
  ResponsesObject,
} from 'openapi3-ts/oas31';
import { product } from '../../functions/product.ts';
import { type Route, type RouteId, routes, tags } from '../../functions/routes.ts';
import manifest from '../../package.json' with { type: 'json' };
import { type DeploymentConfig, docsPathOf } from '../config/config.ts';
import { DOCS_PATH } from './example-problem.ts';
import type { Exchange, OperationDetails, ProblemStatus, SuccessResponse } from './operation.ts';
import { operations } from './operations.ts';
import { parametersOf, takesPreference } from './parameters.ts';
import { operationProblem, sharedProblems } from './problem-responses.ts';
import { headersOf } from './response-headers.ts';
import { listOf, schemaReference, schemas } from './schemas.ts';
import { describeAccess, securityOf, securitySchemes } from './security.ts';

export type DocumentConfig = Pick<DeploymentConfig, 'auth0Domain' | 'requireScopes' | 'stage' | 'domain'>;

const JSON_TYPE = 'application/json';

/** Stands for the absolute address of the API. functions/docs/openapi.ts fills in the one that the client called. */
export const BASE_URL = '{{base}}';

/**
 * Describes the API as OpenAPI 3.1: every route of functions/routes.ts, the schemas that validate its requests, and
 * every status that the function or the gateway responds with.
 * Source: https://spec.openapis.org/oas/v3.1.1
 */
export function describeApi(config: DocumentConfig): OpenAPIObject {
  const { auth0Domain, requireScopes, stage } = config;
  const paths: Record<string, PathItemObject> = {};
  for (const route of routes) {
    const operation = describeRoute(route, operations[route.id] ?? {}, requireScopes);
    const item: PathItemObject = { ...paths[route.path], [route.method.toLowerCase()]: operation };
    paths[route.path] = route.method === 'GET' ? { ...item, head: describeHead(route, operation) } : item;
  }
  const document: OpenAPIObject = {
    openapi: '3.1.1',
    info: {
      title: product.title,
      version: manifest.version,
      description: `${product.description} Sign in, and try each call. Errors are problem details (RFC 9457), and their \`type\` says of which kind. Later versions add members and kinds: ignore what you do not know.`,
      contact: product.contact,
      license: { name: manifest.license, identifier: manifest.license },
    },
    servers: [{ url: BASE_URL, description: stage.name }],
    tags: [...tags],
    paths,
    components: {
      schemas: { ...schemas },
      responses: sharedProblems(paths),
      securitySchemes: { ...securitySchemes(auth0Domain) },
    },
  };
  return JSON.parse(JSON.stringify(document).replaceAll(DOCS_PATH, docsPathOf(config)));
}

/**
 * Every route that responds to GET responds to HEAD, with the same headers and no content (RFC 9110 §9.3.2). It has the
 * tag of the GET, because generators make a class or a folder of each tag.
 */
function describeHead({ id }: { readonly id: RouteId }, operation: OperationObject): OperationObject {
  const responses = Object.entries(operation.responses ?? {}).map(([status, response]) => {
    const { content, ...withoutContent } = response as ResponseObject;
    return [status, withoutContent];
  });
  return {
    ...operation,
    operationId: id.replace(/^[a-z]+/, 'head'),
    summary: `The headers of: ${operation.summary}`,
    description: 'The response has the status and the headers of the GET, and no content.',
    responses: Object.fromEntries(responses),
  };
}

function describeRoute(
  route: Route & { readonly id: RouteId },
  details: OperationDetails,
  requireScopes: boolean,
): OperationObject {
  const { body } = route;
  const { description, examples = {} } = details;
  const parameters = parametersOf(route, details);
  const bodyExamples = showExamples(examples, ({ status }) => status < 300, 'body');
  return {
    operationId: route.id,
    tags: [route.tag],
    summary: route.summary,
    description: [description, describeAccess(route, requireScopes)].filter(Boolean).join(' '),
    security: securityOf(route, requireScopes),
    ...(parameters.length > 0 && { parameters }),
    ...(body && {
      requestBody: {
        required: true,
        content: {
          [JSON_TYPE]: {
            schema: schemaReference(body.name),
            ...(bodyExamples.examples ? bodyExamples : { example: body.example }),
          },
        },
      },
    }),
    responses: describeResponses(route, details),
  };
}

function describeResponses(route: Route, details: OperationDetails): ResponsesObject {
  const { examples = {} } = details;
  const exampleOf = (status: number) =>
    showExamples(examples, (exchange) => exchange.status === status, 'response').examples;
  const preference = takesPreference(route) ? (['Preference-Applied'] as const) : [];
  const responses = Object.entries(details.responses ?? defaultResponses(route));
  const successes = responses.flatMap(([status, { optionalHeaders = [], ...response }]) => {
    const headers = [...optionalHeaders, ...preference];
    const full = describeResponse(
      { ...response, optionalHeaders: headers },
      route,
      exampleOf(Number(status)),
    );
    const { content, description, ...minimal } = full;
    // With `Prefer: return=minimal`, a 200 becomes a 204, and a 201 has no content.
    const isReplaced = preference.length > 0 && status === '200';
    return [[status, full], ...(isReplaced ? [[204, { description: 'Done.', ...minimal }]] : [])];
  });
  const isConditionalRead = route.method === 'GET' && route.headers?.includes('If-None-Match');
  const unchanged = isConditionalRead
    ? [
        [
          304,
          describeResponse({ description: 'You have the current state.', headers: ['ETag'] }, {}, undefined),
        ],
      ]
    : [];
  const problems = problemStatuses(route, details).map((status) => [
    status,
    operationProblem(status, exampleOf(status)),
  ]);
  return Object.fromEntries([...successes, ...unchanged, ...problems]);
}

/** The response to a success, as it follows from the route table. */
function defaultResponses({
  method,
  shows,
  lists,
  headers = [],
}: Route): Readonly<Record<number, SuccessResponse>> {
  if (lists) return { 200: { description: 'A page of the list.', optionalHeaders: ['Link'] } };
  if (shows === undefined) return { 204: { description: 'Done.' } };
  const hasEtag = headers.some((name) => name !== 'Idempotency-Key');
  const etag = hasEtag ? (['ETag'] as const) : [];
  return method === 'POST'
    ? { 201: { description: 'Created.', headers: ['Location', ...etag] } }
    : { 200: { description: 'Done.', headers: etag } };
}

function describeResponse(
  response: SuccessResponse,
  { shows, lists }: Pick<Route, 'shows' | 'lists'>,
  examples: ExamplesObject | undefined,
): ResponseObject {
  const { description, headers = [], optionalHeaders } = response;
  const shown = lists ? listOf(lists.name) : shows && schemaReference(shows.name);
  const content = response.content ?? (shown ? { [JSON_TYPE]: { schema: shown } } : {});
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

/** The statuses of problems that the gateway, the route's parts and the operation cause. */
function problemStatuses(route: Route, { problems = [] }: OperationDetails): ProblemStatus[] {
  const { headers = [] } = route;
  const statuses: ProblemStatus[] = [
    // The gateway causes these by itself: a malformed address, a firewall, a body that is too large or in no known coding.
    ...([400, 403, 413, 415, 429, 431, 500, 502, 503, 504] as const),
    ...(route.public ? [] : ([401] as const)),
    ...(route.path.includes('{') ? ([404] as const) : []),
    // Only these make the items of a user grow, and DynamoDB limits their size.
    ...(route.actions.some((action) => action === 'PutItem' || action === 'UpdateItem')
      ? ([409] as const)
      : []),
    ...(headers.includes('If-Match') ? ([412] as const) : []),
    ...(headers.includes('Idempotency-Key') ? ([422] as const) : []),
    ...problems,
  ];
  return [...new Set(statuses)].sort((a, b) => a - b);
}

/** The examples that a condition selects, by their names; nothing where there are none. */
function showExamples(
  examples: Readonly<Record<string, Exchange>>,
  isSelected: (exchange: Exchange) => boolean,
  part: 'body' | 'response',
): { examples?: ExamplesObject } {
  const shown = Object.entries(examples)
    .filter(([, exchange]) => isSelected(exchange) && exchange[part] !== undefined)
    .map(([name, exchange]) => [name, { summary: exchange.summary, value: exchange[part] }]);
  return shown.length > 0 ? { examples: Object.fromEntries(shown) } : {};
}
