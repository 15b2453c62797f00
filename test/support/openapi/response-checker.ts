import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { HeaderObject, OpenAPIObject, OperationObject, ResponseObject } from 'openapi3-ts/oas31';
import { closeSchemas } from './closed-schemas.ts';
import { findPath } from './paths.ts';

/** A response, with the parts that the document describes. */
export interface CheckedResponse {
  readonly method: string;
  /** The path within the API, without the query. */
  readonly path: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** The document does not describe the response, or describes it differently. */
export class UndocumentedResponse extends Error {
  override readonly name = 'UndocumentedResponse';
}

/** Headers of the transport and of CORS. They are not part of the document. */
const foreignHeaders =
  /^(connection|content-(encoding|length|type)|date|keep-alive|transfer-encoding|via|x-(amz|amzn|cache|content-type-options).*|access-control-.*|vary|strict-transport-security|server)$/;

/**
 * Creates a function that checks responses against a document. It throws `UndocumentedResponse` for a route, status,
 * header, media type or member of a body that is not documented, and for a value that does not match its schema.
 */
export function createResponseChecker(document: OpenAPIObject): (response: CheckedResponse) => void {
  const closed = closeSchemas(document);
  const ajv = addFormats.default(new Ajv2020({ strict: false, allErrors: true, validateFormats: true }), {
    mode: 'full',
  });
  ajv.addFormat('ulid', /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
  ajv.addSchema(closed, 'document');
  const validators = new Map<string, ValidateFunction>();

  /** @param pointer the JSON pointer to the schema in the document, as the fragment of a URI */
  const validate = (pointer: string, value: unknown, what: string) => {
    let validator = validators.get(pointer);
    if (!validator) {
      validator = ajv.compile({ $ref: `document#${pointer}` });
      validators.set(pointer, validator);
    }
    if (!validator(value)) {
      const errors = validator.errors?.map(({ instancePath, message, params }) =>
        `${instancePath} ${message} ${JSON.stringify(params)}`.trim(),
      );
      throw new UndocumentedResponse(`${what} does not match its schema: ${errors?.join('; ')}`);
    }
  };

  const checkHeaders = (pointer: string, response: ResponseObject, { headers }: CheckedResponse) => {
    const documented = new Map(
      Object.entries(response.headers ?? {}).map(([name, header]) => [name.toLowerCase(), { name, header }]),
    );
    for (const [name, value] of headers) {
      const found = documented.get(name);
      if (found) validate(`${pointer}/headers/${toPointer(found.name)}/schema`, value, `The header ${name}`);
      else if (!foreignHeaders.test(name))
        throw new UndocumentedResponse(`The header ${name} is not documented`);
    }
    for (const [name, { header }] of documented) {
      if ((header as HeaderObject).required && !headers.has(name)) {
        throw new UndocumentedResponse(`The header ${name} is missing`);
      }
    }
  };

  const checkContent = (
    pointer: string,
    response: ResponseObject,
    { headers, text, method }: CheckedResponse,
  ) => {
    const isMinimal = headers.has('preference-applied');
    const content = method === 'HEAD' || isMinimal ? {} : (response.content ?? {});
    const mediaTypes = Object.keys(content);
    if (mediaTypes.length === 0) {
      if (text !== '') throw new UndocumentedResponse(`A body is not documented: ${text.slice(0, 200)}`);
      return;
    }
    const sent = headers.get('content-type')?.split(';')[0]?.trim() ?? '';
    if (!mediaTypes.includes(sent)) {
      throw new UndocumentedResponse(
        `The media type ${sent} is not documented, only ${mediaTypes.join(', ')}`,
      );
    }
    const body = /json$/.test(sent) ? JSON.parse(text) : text;
    validate(`${pointer}/content/${toPointer(sent)}/schema`, body, 'The body');
  };

  const check = (received: CheckedResponse) => {
    const { method, status, text } = received;
    const path = findPath(document, received.path);
    if (path !== undefined && method === 'OPTIONS' && status === 204 && text === '') return;
    const operation: OperationObject | undefined =
      path === undefined ? undefined : document.paths?.[path]?.[method.toLowerCase() as 'get'];

    const shared = '/components/responses';
    if (operation === undefined || path === undefined) {
      // This is the response of the gateway to an unknown path or method.
      if (status !== 404 && !(status === 400 && path === undefined)) {
        throw new UndocumentedResponse('The route is not documented');
      }
      if (method !== 'HEAD') validate('/components/schemas/Problem', JSON.parse(text || 'null'), 'The body');
      return;
    }
    const own = `/paths/${toPointer(path)}/${method.toLowerCase()}/responses/${status}`;
    const response = operation.responses?.[status];
    if (response === undefined) throw new UndocumentedResponse(`The status ${status} is not documented`);
    const pointer: string = response.$ref?.slice(1) ?? own;
    const resolved = response.$ref
      ? (document.components?.responses?.[pointer.slice(shared.length + 1)] as ResponseObject)
      : response;
    checkHeaders(pointer, resolved, received);
    checkContent(pointer, resolved, received);
  };

  return (response) => {
    try {
      check(response);
    } catch (error) {
      if (!(error instanceof UndocumentedResponse)) throw error;
      throw new UndocumentedResponse(
        `${response.method} ${response.path} responded with ${response.status}. ${error.message}. Describe it in infra/openapi/, or correct the response.`,
      );
    }
  };
}

/** Encodes a key for a JSON pointer in the fragment of a URI (RFC 6901 §6). */
function toPointer(key: string): string {
  return encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'));
}
