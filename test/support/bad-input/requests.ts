import fc from 'fast-check';
import type {
  OpenAPIObject,
  OperationObject,
  ParameterObject,
  ReferenceObject,
  SchemaObject,
} from 'openapi3-ts/oas31';
import type { RawRequest } from '../raw-http.ts';
import { aBody, aNastyText } from './bodies.ts';

/** An operation of the OpenAPI document. */
export interface DocumentedOperation {
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly ParameterObject[];
  /** The schema of its JSON body; undefined for an operation without a body. */
  readonly body: SchemaObject | undefined;
}

const methods = ['get', 'head', 'post', 'put', 'patch', 'delete'] as const;

export function operationsOf(document: OpenAPIObject): DocumentedOperation[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item[method];
      return operation ? [{ method: method.toUpperCase(), path, ...partsOf(document, operation) }] : [];
    }),
  );
}

function partsOf(document: OpenAPIObject, { parameters = [], requestBody }: OperationObject) {
  const content = requestBody && 'content' in requestBody ? requestBody.content : {};
  const schema = content['application/json']?.schema as ReferenceObject | undefined;
  const name = schema?.$ref.split('/').at(-1) ?? '';
  return {
    parameters: parameters as ParameterObject[],
    body: document.components?.schemas?.[name] as SchemaObject | undefined,
  };
}

/** Makes a value that a client can send in a header: one byte for each character, and no line break. */
const toHeaderValue = (text: string) =>
  Buffer.from(text)
    .toString('latin1')
    .replace(/[\r\n\0]/g, '')
    .trim();

const encodings: readonly ((text: string) => string)[] = [
  (text) => encodeURIComponent(text.toWellFormed()),
  (text) => [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  // The text itself. A character that a request line cannot contain becomes a plus sign.
  (text) =>
    Buffer.from(text)
      .toString('latin1')
      .replace(/[^!-~\x80-\xff]|[#?&]/g, '+'),
];
const anEncoding = fc.constantFrom(...encodings);

const queryValues = new Map(
  Object.entries({
    limit: ['0', '201', '1.5', '-1', '1e2', ' 1', '٣', '1', '200'],
    completed: ['TRUE', '1', 'yes', 'true', 'false', 'null'],
    date_from: ['2026-02-30', '2026-1-1', 'today', '2026-01-01', '9999-12-31'],
    date_to: ['2026-02-30', '2026-1-1', '2025-01-01', '0000-01-01'],
    ordering: ['title', '--date', 'date,created', 'date', '-created'],
    cursor: ['x', 'AAAA', Buffer.from('01ARZ3NDEKTSV4RRFFQ69G5FAV').toString('base64url')],
  }),
);

function aQuery(parameters: readonly ParameterObject[]): fc.Arbitrary<string> {
  const names = parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
  const aName = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...names, 'completed') },
    { weight: 1, arbitrary: aNastyText },
  );
  const aPair = aName.chain((name) =>
    fc
      .tuple(
        fc.constantFrom('', '', '', '[]', '[0]', '[__proto__]', '.x'),
        fc.oneof(fc.constantFrom('', ...(queryValues.get(name) ?? [])), aNastyText),
        anEncoding,
        fc.constantFrom('=', '=', '=', '', '=='),
      )
      .map(([suffix, value, encode, sign]) => `${encode(name)}${suffix}${sign}${encode(value)}`),
  );
  return fc.array(aPair, { maxLength: 4 }).chain((pairs) =>
    // Sometimes each parameter is repeated.
    fc.boolean().map((isRepeated) => (isRepeated ? [...pairs, ...pairs] : pairs).slice(0, 8).join('&')),
  );
}

const headerValues: Readonly<Record<string, readonly string[]>> = {
  'If-Match': ['"1"', '1', '""', 'W/"1"', '*', '"1", "2"', '"1', ',,,', '"99999999999999999999"'],
  'If-None-Match': ['"1"', '*', 'W/', '"', ', '],
  'Idempotency-Key': ['', ' ', 'k', 'x'.repeat(255), 'x'.repeat(256), '\t', '\x7f'],
  Prefer: ['return=minimal', 'return=', 'return=minimal; x="', '=', ',;,'],
  Accept: ['', '*/*', 'text/html', 'application/xml;q=', ';'],
};

function someHeaders(parameters: readonly ParameterObject[]): fc.Arbitrary<string[]> {
  const names = parameters.filter((parameter) => parameter.in === 'header').map(({ name }) => name);
  const aHeader = fc
    .constantFrom(
      ...names,
      'Accept',
      'Accept-Language',
      'Origin',
      'X-Forwarded-For',
      'X-HTTP-Method-Override',
      'Cookie',
    )
    .chain((name) =>
      fc.tuple(fc.constant(name), fc.oneof(fc.constantFrom('', ...(headerValues[name] ?? [])), aNastyText)),
    )
    .map(([name, value]) => `${name}: ${toHeaderValue(value).slice(0, 2_000)}`);
  return fc.array(aHeader, { maxLength: 3 });
}

/** Paths with an existing id, a valid id, or any other text. */
function aPath(path: string, ids: readonly string[]): fc.Arbitrary<string> {
  if (!path.includes('{')) return fc.constantFrom(path, `${path}/`);
  const anId = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...ids) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(...ids.map((id) => id.toLowerCase()), '01ARZ3NDEKTSV4RRFFQ69G5FAV'),
    },
    { weight: 2, arbitrary: aNastyText },
  );
  return fc
    .tuple(anId, anEncoding)
    .map(([id, encode]) => path.replace(/\{\w+\}/, encode(id).slice(0, 4_000)));
}

/**
 * Requests for an operation. Each of their parts may be valid or invalid.
 * @param ids the ids of existing todos
 */
export function aRequest(operation: DocumentedOperation, ids: readonly string[]): fc.Arbitrary<RawRequest> {
  const { method, path, parameters, body } = operation;
  const aBodyOrNone = body ? aBody(body) : fc.constant(undefined);
  return fc
    .record({
      path: aPath(path, ids),
      query: fc.oneof(
        { weight: 2, arbitrary: aQuery(parameters) },
        { weight: 1, arbitrary: fc.constant('') },
      ),
      headerLines: someHeaders(parameters),
      body: aBodyOrNone,
    })
    .map(({ path: target, query, headerLines, body: rawBody }) => ({
      method,
      target: query === '' ? target : `${target}?${query}`.slice(0, 8_000),
      headerLines: [...headerLines, ...(rawBody?.headerLines ?? [])],
      body: rawBody?.bytes,
    }));
}
