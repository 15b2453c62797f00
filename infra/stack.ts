import { type App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { ANY_ORIGIN } from '../functions/http/cors.ts';
import { product } from '../functions/product.ts';
import { routes } from '../functions/routes.ts';
import { AUTHORIZER_ID, bundleDir } from './build/bundle.ts';
import { authorizerEnvironment } from './config/authorizer-environment.ts';
import { docsPathOf, type StackConfig } from './config/config.ts';
import { stackNameOf } from './config/stages.ts';
import { Alarms } from './constructs/alarms.ts';
import { Api } from './constructs/api.ts';
import { ApiFunction } from './constructs/api-function.ts';
import { OperationsDashboard } from './constructs/dashboard.ts';
import { DeletionSweep } from './constructs/deletion-sweep.ts';
import { authorizerSize, routeSize } from './constructs/function-sizes.ts';
import { MonthlyBudget } from './constructs/monthly-budget.ts';
import { createOperationsLog } from './constructs/operations-log.ts';
import { Releases } from './constructs/releases.ts';
import { createStageMetrics } from './constructs/stage-metrics.ts';
import { AppTable } from './constructs/table.ts';
import { writeDocs } from './docs/write-docs.ts';

/** How long API Gateway reuses a policy for the same token. */
const POLICY_TTL = Duration.minutes(5);

/** The whole system: the table, one function for each route, the authorizer, the API, alarms and a dashboard. */
export class AppStack extends Stack {
  /** @param bundles the folder with the code of the functions, from `bundleFunctions` */
  constructor(app: App, config: StackConfig, bundles: string) {
    const { stage, account, region } = config;
    super(app, stackNameOf(stage), {
      env: { ...(account && { account }), ...(region && { region }) },
      description: `${product.title}, secured by Auth0 (${stage.name})`,
      terminationProtection: stage.isDurable,
      tags: { service: product.name, stage: stage.name },
    });
    writeDocs(bundles, config);
    const releases = config.canary ? new Releases(this, 'Releases') : undefined;

    const table = new AppTable(this, 'Table', config);
    const authorizer = new ApiFunction(this, AUTHORIZER_ID, {
      config,
      bundle: bundleDir(bundles, AUTHORIZER_ID),
      description: 'Verifies Auth0 access tokens and finds their users',
      size: authorizerSize,
      environment: authorizerEnvironment(config),
    });
    table.grantAccess(authorizer, { actions: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'] });

    const sweep = new DeletionSweep(this, 'DeletionSweep', { config, bundles, table, policyTtl: POLICY_TTL });

    const api = new Api(this, 'Api', {
      config,
      authorizer: releases?.aliasOf(authorizer) ?? authorizer,
      policyTtl: POLICY_TTL,
    });
    const durations = [durationOf(authorizer, 'authorizer')];
    for (const route of routes.filter(({ partOf }) => partOf !== 'docs' || config.docs)) {
      const size = routeSize(route);
      const handler = new ApiFunction(this, route.id, {
        config,
        bundle: bundleDir(bundles, route.id),
        description: `${route.method} ${route.path}: ${route.summary}`,
        size,
        environment: {
          DOCS_PATH: docsPathOf(config),
          LOG_SUCCESS_PERCENT: String(config.logSuccessPercent),
          ...(config.requireScopes && route.scope && { REQUIRED_SCOPE: route.scope }),
          ...(!config.corsOrigins.includes(ANY_ORIGIN) && { CORS_ORIGINS: config.corsOrigins.join() }),
        },
      });
      if (route.actions.length > 0) table.grantAccess(handler, route);
      durations.push(durationOf(handler, `${route.method} ${route.path}`));
      api.addRoute(route, releases?.aliasOf(handler) ?? handler, size.timeout);
    }

    const metrics = createStageMetrics(stage, api.name, table.tableName);
    const { accessLog } = api;
    const alarms = new Alarms(this, 'Alarms', { stage, email: config.alarmEmail, metrics, accessLog });
    alarms.add('SweepFailures', {
      metric: sweep.handler.metricErrors({ period: Duration.hours(1) }),
      meaning: 'Two of three hourly sweeps failed. The items of deleted users are still in the table.',
      threshold: 1,
      datapointsToAlarm: 2,
      evaluationPeriods: 3,
    });
    // Two hours in short periods, because CloudWatch first looks for values that are some periods older. With periods of
    // an hour, these would be hours. Source: "Configuring how CloudWatch alarms treat missing data", CloudWatch user guide.
    alarms.add('SweepStopped', {
      metric: sweep.handler.metricInvocations({ period: Duration.minutes(5) }),
      meaning: 'For two hours, nothing has run the sweep that finishes the deletions of users.',
      threshold: 1,
      ringsBelow: true,
      datapointsToAlarm: 24,
      evaluationPeriods: 24,
    });
    releases?.watch(alarms);
    const dashboard = new OperationsDashboard(this, 'Dashboard', {
      metrics,
      durations,
      authorizerLog: authorizer.logGroup,
      alarms: alarms.all,
    });

    if (config.budget !== undefined) new MonthlyBudget(this, 'MonthlyBudget', config.budget);

    new CfnOutput(this, 'ApiUrl', { value: api.url });
    if (config.docs) new CfnOutput(this, 'DocsUrl', { value: `${api.url}docs` });
    new CfnOutput(this, 'TableName', { value: table.tableName });
    new CfnOutput(this, 'DashboardUrl', { value: dashboard.url });
    // The command of operators reads these (infra/operator/target.ts).
    new CfnOutput(this, 'RestApiId', { value: api.id });
    new CfnOutput(this, 'Auth0Domain', { value: config.auth0Domain });
    new CfnOutput(this, 'OperationsLogName', { value: createOperationsLog(this, stage).logGroupName });
  }
}

/** The duration of a function's invocations, of all its versions together. */
function durationOf(handler: ApiFunction, label: string): IMetric {
  return handler.metricDuration({ statistic: 'p99', label });
}
