import type { SchemaObject } from 'openapi3-ts/oas31';
import type { RequestHeaderName } from './request-headers.ts';
import type { ResponseHeaderName } from './response-headers.ts';
import type { SchemaName } from './schemas.ts';

/** A response that is not a problem, where the route table does not say enough of it. */
export interface SuccessResponse {
  readonly description: string;
  /** Media type → schema. Left out where there is no content, or where the route table says what it shows. */
  readonly content?: Readonly<Record<string, { readonly schema: SchemaName | SchemaObject }>>;
  /** Headers that every such response has, beside those of all responses. */
  readonly headers?: readonly ResponseHeaderName[];
  /** Headers that some of these responses have. */
  readonly optionalHeaders?: readonly ResponseHeaderName[];
}

/**
 * A request with its response. The document shows it, and a test replays it: as a new user who has one todo, the
 * example todo. The id of that todo replaces `exampleTodo.id`.
 */
export interface Exchange {
  readonly summary: string;
  /** The path parameters. The default is the id of the example todo. */
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Partial<Record<RequestHeaderName, string>>;
  readonly body?: unknown;
  /** Whether the request is sent without a token. */
  readonly anonymous?: true;
  readonly status: number;
  /** The body of the response. Left out where there is none, or where an example would show nothing. */
  readonly response?: unknown;
}

/** What the document says of an operation beyond functions/routes.ts. Every part is optional. */
export interface OperationDetails {
  /** More than the summary of the route says, in Markdown. */
  readonly description?: string;
  /** Status → response, in place of the one that follows from the route table. */
  readonly responses?: Readonly<Record<number, SuccessResponse>>;
  /** The statuses of problems that neither the gateway nor a parameter, header or body causes. */
  readonly problems?: readonly ProblemStatus[];
  readonly examples?: Readonly<Record<string, Exchange>>;
}

export type ProblemStatus =
  | 400
  | 401
  | 403
  | 404
  | 409
  | 412
  | 413
  | 415
  | 422
  | 428
  | 429
  | 431
  | 500
  | 502
  | 503
  | 504;
