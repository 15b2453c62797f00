import { describe, expect, it } from 'vitest';
import { describeApi } from '../../../infra/openapi/document.ts';
import { exampleProblem } from '../../../infra/openapi/example-problem.ts';
import { exampleTodo } from '../../../infra/openapi/example-todo.ts';
import { documentConfig } from '../../support/openapi/config.ts';
import {
  type CheckedResponse,
  createResponseChecker,
  UndocumentedResponse,
} from '../../support/openapi/response-checker.ts';

const check = createResponseChecker(describeApi(documentConfig));

const headers = {
  'Content-Type': 'application/json',
  'X-Request-Id': '7d0f0a2e-6d0b-4b7e-9c9e-2f1f4a3b5c6d',
  'Cache-Control': 'private, no-cache',
  ETag: '"1"',
};
const path = `/todo/${exampleTodo.id}`;

function response(changes: {
  method?: string;
  path?: string;
  status?: number;
  headers?: Record<string, string | undefined>;
  body?: unknown;
}): CheckedResponse {
  const { body = exampleTodo, headers: changed = {}, ...others } = changes;
  const entries = Object.entries({ ...headers, ...changed }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as [string, string]],
  );
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { method: 'GET', path, status: 200, headers: new Headers(entries), text, ...others };
}

const problem = {
  ...exampleProblem('not_found', 'There is no such todo.'),
  type: '/sandbox/docs#not-found',
};
const asProblem = { 'Content-Type': 'application/problem+json', ETag: undefined };
const notFound = { status: 404, body: problem, headers: asProblem };

describe('the check of a response against the document', () => {
  it.each([
    ['a documented response', {}],
    ['a path with a slash at the end', { path: `${path}/` }],
    [
      'headers of the transport and of CORS',
      { headers: { Via: '1.1 x', 'Access-Control-Allow-Origin': '*' } },
    ],
    ['a problem', notFound],
    [
      'a response without content',
      { status: 304, body: '', headers: { 'Content-Type': 'application/json' } },
    ],
    ['a response of the gateway to an unknown path', { ...notFound, path: '/nowhere' }],
    ['a response of the gateway to an unknown method', { ...notFound, method: 'TRACE' }],
  ])('accepts %s', (_name, changes) => {
    expect(() => check(response(changes))).not.toThrow();
  });

  const { title, ...untitled } = exampleTodo;
  it.each([
    ['an undocumented route', { path: '/secret' }, /The route is not documented/],
    ['an undocumented method', { method: 'POST', status: 201 }, /The route is not documented/],
    ['an undocumented status', { status: 202 }, /The status 202 is not documented/],
    ['an undocumented problem', { ...notFound, status: 409 }, /The status 409 is not documented/],
    ['an undocumented header', { headers: { 'X-Secret': '1' } }, /The header x-secret is not documented/],
    ['a missing header', { headers: { ETag: undefined } }, /The header etag is missing/],
    ['a malformed header', { headers: { ETag: 'W/1' } }, /The header etag does not match its schema/],
    ['an undocumented member', { body: { ...exampleTodo, secret: 1 } }, /secret/],
    ['an undocumented member of a problem', { ...notFound, body: { ...problem, stack: '…' } }, /stack/],
    ['a missing member', { body: untitled }, /title/],
    ['a member of another type', { body: { ...exampleTodo, completed: 'no' } }, /completed must be boolean/],
    ['another media type', { headers: { 'Content-Type': 'text/html' } }, /media type text\/html is not/],
    ['an undocumented body', { status: 304 }, /A body is not documented/],
    ['a body that is not JSON', { body: '<html>' }, /JSON/],
  ])('fails on %s', (_name, changes, message) => {
    expect(() => check(response(changes))).toThrow(message);
  });

  it('names the response in its error, and says what to do', () => {
    expect(() => check(response({ status: 202 }))).toThrow(UndocumentedResponse);
    expect(() => check(response({ status: 202 }))).toThrow(
      /^GET \/todo\/\w+ responded with 202\. .* Describe it in infra\/openapi\//,
    );
  });
});
