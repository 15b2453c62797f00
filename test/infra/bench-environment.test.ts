import { expect, it } from 'vitest';
import { environmentOf } from '../bench/environment.ts';

it('the benchmark starts a function with the variables of the template and of Lambda', () => {
  expect(environmentOf('getTodo')).toMatchObject({
    AWS_LAMBDA_LOG_FORMAT: 'JSON',
    AWS_REGION: 'eu-central-1',
    DOCS_PATH: '/sandbox/docs',
    METRICS_NAMESPACE: 'todo-api/sandbox',
    TABLE_NAME: 'todos',
  });
  expect(environmentOf('sweepDeletions')).toMatchObject({ GRACE_SECONDS: '404', TABLE_NAME: 'todos' });
  expect(environmentOf('authorizer')).toMatchObject({
    AUTH0_DOMAIN: 'tenant.eu.auth0.com',
    AUTH0_JWKS: expect.stringContaining('"kid":"benchmark"'),
  });
});

it('the benchmark does not start a function that the template does not have', () => {
  expect(() => environmentOf('noSuchFunction')).toThrow('The template has no function noSuchFunction.');
});
