import { join } from 'node:path';
import { type App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { routes } from '../functions/routes.ts';
import { ApiFunction } from './api-function.ts';
import { AUTHORIZER_ID, bundleDir, bundleFunctions } from './bundle.ts';
import type { DeploymentConfig } from './config.ts';
import { TodoApi } from './todo-api.ts';
import { TodoTable } from './todo-table.ts';

const STAGE = 'sandbox';
const AUTHORIZER_TIMEOUT = Duration.seconds(15);
const ROUTE_TIMEOUT = Duration.seconds(10);

/** The whole system: the table, a function for each route and one that authorizes, and the API before them. */
export class TodoStack extends Stack {
  constructor(app: App, id: string, config: DeploymentConfig) {
    super(app, id, { description: 'A todo API secured by Auth0' });
    const bundles = join(app.outdir, 'bundles');
    bundleFunctions(bundles);

    const table = new TodoTable(this, 'Todos');
    const authorizer = new ApiFunction(this, AUTHORIZER_ID, {
      bundle: bundleDir(bundles, AUTHORIZER_ID),
      description: 'Verifies Auth0 access tokens and finds the user of each',
      timeout: AUTHORIZER_TIMEOUT,
      environment: {
        AUTH0_DOMAIN: config.auth0Domain,
        AUTH0_API_AUDIENCE: config.audience,
        ...(config.deployedKeys && { AUTH0_JWKS: config.deployedKeys }),
        ...(config.emailClaimNamespace && { AUTH0_EMAIL_CLAIM_NAMESPACE: config.emailClaimNamespace }),
      },
    });
    table.grantAccess(authorizer, { actions: ['GetItem', 'PutItem', 'UpdateItem'], readsIndexes: false });

    const api = new TodoApi(this, 'Api', { stageName: STAGE, authorizer, policyTtl: Duration.minutes(5) });
    for (const route of routes) {
      const timeout = route.timeoutSeconds ? Duration.seconds(route.timeoutSeconds) : ROUTE_TIMEOUT;
      const handler = new ApiFunction(this, route.id, {
        bundle: bundleDir(bundles, route.id),
        description: `${route.method} ${route.path}: ${route.summary}`,
        timeout,
        environment: { ...(config.requireScopes && route.scope && { REQUIRED_SCOPE: route.scope }) },
      });
      if (route.actions.length > 0) table.grantAccess(handler, route);
      api.addRoute(route, handler, timeout);
    }

    new CfnOutput(this, 'ApiUrl', { value: api.url });
    new CfnOutput(this, 'TableName', { value: table.tableName });
  }
}
