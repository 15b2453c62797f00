import type { ParameterObject, SchemaObject } from 'openapi3-ts/oas31';
import type { RequestHeaderName } from './request-headers.ts';
import type { ResponseHeaderName } from './response-headers.ts';
import type { SchemaName } from './schemas.ts';
import type { Tag } from './tags.ts';

/** An answer that is no problem: those, and what is common to many routes, the document adds by itself. */
export interface Answer {
  readonly description: string;
  /** Media type → schema; left out where there is no content. */
  readonly content?: Readonly<Record<string, { readonly schema: SchemaName | SchemaObject }>>;
  /** Headers that every such answer has, beside those of all answers. */
  readonly headers?: readonly ResponseHeaderName[];
  /** Headers that only some of them have. */
  readonly optionalHeaders?: readonly ResponseHeaderName[];
}

/**
 * A request with its answer. The document shows it, and a test replays it: as a new user who has one todo, the
 * example todo, with the id of it in place of `exampleTodo.id`.
 */
export interface Exchange {
  readonly summary: string;
  /** Of the path parameters; the id of the example todo by default. */
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Partial<Record<RequestHeaderName, string>>;
  readonly body?: unknown;
  /** Whether it is sent without a token. */
  readonly anonymous?: true;
  readonly status: number;
  /** The body of the answer; left out where there is none, or where an example would show nothing. */
  readonly answer?: unknown;
}

/** What the document says of a route beyond functions/routes.ts. */
export interface Operation {
  readonly tag: Tag;
  /** More than the route's summary tells, in Markdown. */
  readonly description?: string;
  readonly query?: readonly ParameterObject[];
  /** The request headers that it reads. `If-Match` brings along the 412, `If-None-Match` the 304. */
  readonly headers?: readonly RequestHeaderName[];
  /** The schema of a JSON body; brings along 400, 413 and 415. */
  readonly body?: SchemaName;
  readonly answers: Readonly<Record<number, Answer>>;
  /** Statuses of problems that neither the gateway nor a parameter, header or body brings along. */
  readonly problems?: readonly ProblemStatus[];
  readonly examples?: Readonly<Record<string, Exchange>>;
}

export type ProblemStatus = 400 | 401 | 403 | 404 | 412 | 413 | 415 | 422 | 428 | 429 | 500 | 502 | 503 | 504;
