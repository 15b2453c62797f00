import { isDeepStrictEqual } from 'node:util';
import type { ApiResponse, Client } from '../client.ts';
import { type Call, etagOf, type Prediction, predict, toBody, type UserModel } from './user-model.ts';

/** Sends a call as an HTTP request. */
export async function send(client: Client, call: Call): Promise<ApiResponse> {
  const headers = preconditionsOf(call);
  switch (call.kind) {
    case 'get':
      return client('GET', `/todo/${call.id}`, { headers });
    case 'create':
      return client('POST', '/todo', {
        body: call.body,
        headers: call.key === undefined ? {} : { 'Idempotency-Key': call.key },
      });
    case 'replace':
      return client('PUT', `/todo/${call.id}`, { body: call.body, headers });
    case 'update':
      return client('PATCH', `/todo/${call.id}`, { body: call.body, headers });
    case 'delete':
      return client('DELETE', `/todo/${call.id}`, { headers });
    case 'clear':
      return client('DELETE', call.completed === undefined ? '/todo' : `/todo?completed=${call.completed}`);
  }
}

function preconditionsOf(call: Call): Record<string, string> {
  if (!('id' in call)) return {};
  const { ifMatch, ifNoneMatch } = call;
  return {
    ...(ifMatch !== undefined && { 'If-Match': ifMatch }),
    ...(ifNoneMatch !== undefined && { 'If-None-Match': ifNoneMatch }),
  };
}

/** The parts of a response that the model predicts. */
export interface Outcome {
  readonly status: number;
  readonly etag: string | null;
  readonly location: string | null;
  /** The body of a success; undefined for an error. */
  readonly body: unknown;
}

/** The parts of an actual response that the model predicts. */
export function outcomeOf({ status, headers, body }: ApiResponse): Outcome {
  return {
    status,
    etag: headers.get('etag'),
    location: headers.get('location'),
    body: status < 400 ? body : undefined,
  };
}

/** The outcome that the prediction requires. */
export function expectedOutcome(call: Call, { status, shown }: Prediction): Outcome {
  const isSeen = shown !== undefined && status !== 304;
  const bodyless = status < 400 ? '' : undefined;
  return {
    status,
    etag: shown ? etagOf(shown) : null,
    location: call.kind === 'create' && shown ? shown.url : null,
    body: isSeen ? toBody(shown) : bodyless,
  };
}

/**
 * All states that are possible after these concurrent calls. Each order of the calls is tried. An order counts when
 * the model predicts every response in this order.
 */
export function explanations(
  before: UserModel,
  done: readonly { call: Call; response: ApiResponse }[],
): UserModel[] {
  if (done.length === 0) return [before];
  return done.flatMap(({ call, response }, i) => {
    const prediction = predict(before, call, response);
    if (!isDeepStrictEqual(outcomeOf(response), expectedOutcome(call, prediction))) return [];
    return explanations(prediction.next, done.toSpliced(i, 1));
  });
}
