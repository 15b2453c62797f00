import { describe, expect, test } from 'vitest';
import type { MethodSpec } from '../../../../../infra/local/deployment-spec.ts';
import { createRouter, splitPath } from '../../../../../infra/local/gateway/router.ts';

function method(route: string): MethodSpec {
  const [httpMethod = '', path = ''] = route.split(' ');
  return {
    logicalId: route,
    resourceId: path,
    path,
    httpMethod,
    authorization: { type: 'NONE' },
    integration: { type: 'AWS_PROXY', functionId: 'F', timeoutMs: 1 },
  };
}

function match(routes: string[], request: string) {
  const [httpMethod = '', path = ''] = request.split(' ');
  const found = createRouter(routes.map(method)).match(httpMethod, splitPath(path).map(decodeURIComponent));
  return found && [found.method.logicalId, found.pathParameters];
}

describe('precedence', () => {
  const routes = ['GET /todo/{id}', 'GET /todo/mine', 'GET /{proxy+}', 'GET /todo/{id}/tags'];

  test.each<[string, string, Record<string, string> | null]>([
    ['GET /todo/mine', 'GET /todo/mine', null],
    ['GET /todo/other', 'GET /todo/{id}', { id: 'other' }],
    ['GET /todo/mine/tags', 'GET /todo/{id}/tags', { id: 'mine' }],
    ['GET /todo/mine/other', 'GET /{proxy+}', { proxy: 'todo/mine/other' }],
    ['GET /todo', 'GET /{proxy+}', { proxy: 'todo' }],
  ])('%s is served by %s', (request, route, parameters) => {
    expect(match(routes, request)).toEqual([route, parameters]);
  });

  test('the path selects the resource before the method is checked', () => {
    expect(match(['POST /todo/mine', 'GET /todo/{id}'], 'GET /todo/mine')).toBeUndefined();
  });

  test('a method has precedence over ANY', () => {
    expect(match(['ANY /todo', 'GET /todo'], 'GET /todo')).toEqual(['GET /todo', null]);
    expect(match(['ANY /todo', 'GET /todo'], 'PUT /todo')).toEqual(['ANY /todo', null]);
  });
});

describe('a path', () => {
  test('matches with and without a trailing slash', () => {
    expect(match(['GET /todo'], 'GET /todo/')).toEqual(['GET /todo', null]);
    expect(match(['GET /'], 'GET /')).toEqual(['GET /', null]);
  });

  test('has decoded parameters, even with a slash', () => {
    expect(match(['GET /todo/{id}'], 'GET /todo/a%20b%2Fc')).toEqual(['GET /todo/{id}', { id: 'a b/c' }]);
  });

  test.each(['GET /nope', 'PUT /todo', 'GET /todo/1', 'GET //', 'GET /TODO'])(
    '%s matches nothing',
    (request) => {
      expect(match(['GET /todo', 'GET /other/{id}'], request)).toBeUndefined();
    },
  );

  test('has no empty parameter', () => {
    expect(match(['GET /todo/{id}'], 'GET /todo//')).toBeUndefined();
    expect(match(['GET /{proxy+}'], 'GET /')).toBeUndefined();
  });
});
