import { type Duration, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import {
  AuthorizationType,
  EndpointType,
  IdentitySource,
  LambdaIntegration,
  LogGroupLogDestination,
  type MethodDeploymentOptions,
  MethodLoggingLevel,
  RestApi,
  TokenAuthorizer,
} from 'aws-cdk-lib/aws-apigateway';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { cors } from '../../functions/http/cors.ts';
import { type Route, routes } from '../../functions/routes.ts';
import type { DeploymentConfig } from '../config/config.ts';
import type { Throttle } from '../config/stages.ts';
import { accessLogFormat } from './access-log.ts';
import { acknowledge } from './acknowledge.ts';
import { CustomDomain } from './custom-domain.ts';
import { Firewall } from './firewall.ts';
import { GatewayLogs } from './gateway-logs.ts';
import { createGatewayResponses } from './gateway-responses.ts';

export interface TodoApiProps {
  readonly config: DeploymentConfig;
  readonly authorizer: IFunction;
  /** How long API Gateway reuses a policy for the same token. */
  readonly policyTtl: Duration;
}

/** What the gateway takes for a signed JWT in a header; anything else is a 401 without an invocation. */
const JWT_IN_BEARER_HEADER = '^[Bb][Ee][Aa][Rr][Ee][Rr] +[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+$';

/** How many of the calls that a method may get, one may get that works for a long time. */
const SLOW_SHARE = 0.1;

/**
 * From here on answers are compressed. API Gateway leaves the ETag as it is, but a strong one names one exact
 * sequence of bytes (RFC 9110 §8.8.3.3): so every answer that has one is smaller than this.
 */
export const MINIMUM_COMPRESSION = Size.kibibytes(8);

/** The REST API: its stage, its authorizer, its answers. Routes are added one by one. */
export class TodoApi extends Construct {
  readonly name: string;
  /** Where the API is reached, with a final slash. */
  readonly url: string;
  readonly accessLog: ILogGroup;
  readonly #api: RestApi;
  readonly #authorizer: TokenAuthorizer;

  constructor(scope: Construct, id: string, { config, authorizer, policyTtl }: TodoApiProps) {
    super(scope, id);
    const { stage, throttle, domain, corsOrigins } = config;
    const logs = new GatewayLogs(this, 'Logs', stage);
    this.name = Stack.of(this).stackName;
    this.accessLog = logs.access;
    this.#api = new RestApi(this, 'RestApi', {
      restApiName: this.name,
      endpointTypes: [EndpointType.REGIONAL],
      minCompressionSize: MINIMUM_COMPRESSION,
      disableExecuteApiEndpoint: domain !== undefined,
      cloudWatchRole: config.createsGatewayLogRole,
      // Of all APIs of the account and region: what a stage set must not go with it.
      ...(config.createsGatewayLogRole && { cloudWatchRoleRemovalPolicy: RemovalPolicy.RETAIN }),
      deployOptions: {
        stageName: stage.name,
        tracingEnabled: true,
        accessLogDestination: new LogGroupLogDestination(logs.access),
        accessLogFormat,
        ...methodOptions(throttle),
        methodOptions: throttleSlowRoutes(throttle),
      },
      defaultCorsPreflightOptions: {
        allowOrigins: [...corsOrigins],
        allowHeaders: [...cors.allowHeaders],
      },
    });
    logs.ownExecutionLog(this.#api, stage.name);
    // The CDK's own output names the address that a custom domain switches off.
    this.#api.node.tryRemoveChild('Endpoint');
    // It takes effect with a deployment, which CDK makes anew only for what it knows of.
    this.#api.latestDeployment?.addToLogicalId({ minimumCompressionBytes: MINIMUM_COMPRESSION.toBytes() });
    this.#authorizer = new TokenAuthorizer(this, 'Authorizer', {
      handler: authorizer,
      identitySource: IdentitySource.header('Authorization'),
      validationRegex: JWT_IN_BEARER_HEADER,
      resultsCacheTtl: policyTtl,
    });
    for (const [name, options] of Object.entries(createGatewayResponses(corsOrigins, throttle)))
      this.#api.addGatewayResponse(name, options);
    this.url = domain === undefined ? this.#api.url : `https://${domain.name}/`;
    if (domain !== undefined) new CustomDomain(this, 'Domain', this.#api, domain);
    if (config.wafRateLimit !== undefined) {
      const { deploymentStage } = this.#api;
      new Firewall(this, 'Firewall', {
        name: this.name,
        stage: deploymentStage,
        rateLimit: config.wafRateLimit,
      });
    }
    acknowledgeFindings(this.#api, config);
  }

  /**
   * Serves a route by a function: for callers whom the authorizer let in, or for anybody if it is public. What
   * answers GET answers HEAD (RFC 9110 §9.3.2).
   */
  addRoute({ path, method, public: isPublic }: Route, handler: IFunction, timeout: Duration): void {
    const resource = this.#api.root.resourceForPath(path);
    // The same limit as the function's own: past it the client gets a 504, not the 502 of a broken function.
    const integration = new LambdaIntegration(handler, { timeout, allowTestInvoke: false });
    for (const each of method === 'GET' ? ['GET', 'HEAD'] : [method]) {
      const added = resource.addMethod(
        each,
        integration,
        isPublic
          ? { authorizationType: AuthorizationType.NONE }
          : { authorizer: this.#authorizer, authorizationType: AuthorizationType.CUSTOM },
      );
      if (isPublic)
        acknowledge(added, 'APIG4', 'Documentation of the API, for everybody to read before they sign in.');
    }
  }
}

/** Errors are logged, requests are not: their headers hold tokens. */
function methodOptions({ rate, burst }: Throttle): MethodDeploymentOptions {
  return {
    loggingLevel: MethodLoggingLevel.ERROR,
    dataTraceEnabled: false,
    throttlingRateLimit: rate,
    throttlingBurstLimit: burst,
  };
}

/** A method's options stand in the place of the stage's, so they repeat what is the same. */
function throttleSlowRoutes({ rate, burst }: Throttle): Record<string, MethodDeploymentOptions> {
  const slow = { rate: Math.ceil(rate * SLOW_SHARE), burst: Math.ceil(burst * SLOW_SHARE) };
  return Object.fromEntries(
    routes
      .filter(({ timeoutSeconds }) => timeoutSeconds !== undefined)
      .map(({ method, path }) => [`${path}/${method}`, methodOptions(slow)]),
  );
}

function acknowledgeFindings(api: RestApi, { wafRateLimit, createsGatewayLogRole }: DeploymentConfig): void {
  acknowledge(
    api,
    'APIG2',
    'The functions validate whole requests and name every fault at once; a validator of the gateway names none.',
  );
  acknowledge(
    api,
    'COG4',
    'Asks for Amazon Cognito in particular. Every method but the public ones is authorized, by Auth0 tokens; test/infra/template.test.ts holds that.',
  );
  if (wafRateLimit === undefined) {
    acknowledge(
      api,
      'APIG3',
      'The firewall costs $8 a month and up: the setting WAF=true puts it before the stage.',
    );
  }
  if (createsGatewayLogRole) {
    acknowledge(
      api,
      'IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
      'The policy that API Gateway documents for the role by which it writes logs.',
    );
  }
}
