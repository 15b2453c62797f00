import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import type { RouteInputs } from './inputs.ts';
import { createRoute } from './route.ts';

/** The parts of an event that a route reads. No client sent it. */
function madeUpEvent(hasBody: boolean): APIGatewayProxyEvent {
  return {
    httpMethod: hasBody ? 'POST' : 'GET',
    resource: '/',
    path: '/',
    headers: { 'Content-Type': 'application/json' },
    multiValueHeaders: { 'Content-Type': ['application/json'] },
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    pathParameters: null,
    stageVariables: null,
    body: hasBody ? '{}' : null,
    isBase64Encoded: false,
    requestContext: {
      requestId: 'rehearsal',
      domainName: 'localhost',
      path: '/',
      authorizer: {
        user_id: 'x',
        email: 'x',
        subject: 'x',
        scope: '',
        expires_at: '9999999999',
      },
    } as unknown as APIGatewayProxyEvent['requestContext'],
  };
}

/**
 * Handles a made-up request as a route does, so that the code of the wrapper and of the parsers has run once before the
 * first request. The route's own function never runs, so no store is called. Nothing is logged.
 * @param inputs the parts of a request that the route takes
 * @returns the status of the response
 */
export async function rehearse<Query, Body, Conditions>(
  inputs: RouteInputs<Query, Body, Conditions>,
): Promise<number | undefined> {
  const route = createRoute(inputs, async () => ({ status: 200, body: {}, headers: { ETag: '"1"' } }), {
    logRequest: () => {},
    requiredScope: undefined,
    now: Date.now,
  });
  const response = await route(madeUpEvent(inputs.body !== undefined), {} as Context, () => {});
  return response?.statusCode;
}
