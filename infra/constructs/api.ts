import { Aspects, Duration, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
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
import { MINIMUM_COMPRESSION_BYTES } from '../../functions/http/response.ts';
import { type Route, routes } from '../../functions/routes.ts';
import { type DeploymentConfig, docsPathOf } from '../config/config.ts';
import type { Throttle } from '../config/stages.ts';
import { accessLogFormat } from './access-log.ts';
import { acknowledge } from './acknowledge.ts';
import { CustomDomain } from './custom-domain.ts';
import { Firewall } from './firewall.ts';
import { GatewayLogs } from './gateway-logs.ts';
import { createGatewayResponses } from './gateway-responses.ts';
import { acceptAnyMediaType } from './preflight.ts';
import { TraceSampling } from './trace-sampling.ts';

export interface ApiProps {
  readonly config: DeploymentConfig;
  readonly authorizer: IFunction;
  /** How long API Gateway reuses a policy for the same token. */
  readonly policyTtl: Duration;
}

/**
 * The scheme of the header. Another scheme is like no header: a 401 without an error code, and the authorizer is not
 * invoked. The authorizer gets every other value, because only it can tell a malformed header from a bad token.
 */
const BEARER_SCHEME = '^[Bb][Ee][Aa][Rr][Ee][Rr]\\b.*$';

/** The part of the stage's throttle that a slow route gets. */
const SLOW_SHARE = 0.1;

const MINIMUM_COMPRESSION = Size.bytes(MINIMUM_COMPRESSION_BYTES);

/** The REST API with its stage, its authorizer and its gateway responses. `addRoute` adds the routes. */
export class Api extends Construct {
  readonly name: string;
  readonly id: string;
  /** The public address of the API, with a final slash. */
  readonly url: string;
  readonly accessLog: ILogGroup;
  readonly #api: RestApi;
  readonly #authorizer: TokenAuthorizer;

  constructor(scope: Construct, id: string, { config, authorizer, policyTtl }: ApiProps) {
    super(scope, id);
    const { stage, throttle, domain, corsOrigins } = config;
    const logs = new GatewayLogs(this, 'Logs', stage);
    this.name = Stack.of(this).stackName;
    this.accessLog = logs.access;
    this.#api = new RestApi(this, 'RestApi', {
      restApiName: this.name,
      endpointTypes: [EndpointType.REGIONAL],
      minCompressionSize: MINIMUM_COMPRESSION,
      disableExecuteApiEndpoint: domain?.only ?? false,
      cloudWatchRole: config.createsGatewayLogRole,
      // All APIs of the account and region share this role, so it must not be deleted with one stage.
      ...(config.createsGatewayLogRole && { cloudWatchRoleRemovalPolicy: RemovalPolicy.RETAIN }),
      deployOptions: {
        stageName: stage.name,
        tracingEnabled: config.tracePercent > 0,
        accessLogDestination: new LogGroupLogDestination(logs.access),
        accessLogFormat: accessLogFormat(config),
        ...methodOptions(throttle),
        methodOptions: throttleSlowRoutes(throttle),
      },
      defaultCorsPreflightOptions: {
        allowOrigins: [...corsOrigins],
        allowHeaders: [...cors.allowHeaders],
        maxAge: Duration.seconds(cors.maxAgeSeconds),
      },
    });
    logs.createExecutionLog(this.#api, stage.name);
    // This output of the CDK shows the default address, which does not work with a custom domain.
    this.#api.node.tryRemoveChild('Endpoint');
    Aspects.of(this.#api).add(acceptAnyMediaType(this.#api));
    // A new value takes effect only with a new deployment, and the CDK does not make one for these properties.
    this.#api.latestDeployment?.addToLogicalId({
      minimumCompressionBytes: MINIMUM_COMPRESSION.toBytes(),
      isDefaultAddressDisabled: domain?.only ?? false,
    });
    this.id = this.#api.restApiId;
    this.#authorizer = new TokenAuthorizer(this, 'Authorizer', {
      handler: authorizer,
      identitySource: IdentitySource.header('Authorization'),
      validationRegex: BEARER_SCHEME,
      resultsCacheTtl: policyTtl,
    });
    for (const [name, options] of Object.entries(createGatewayResponses(corsOrigins, docsPathOf(config))))
      this.#api.addGatewayResponse(name, options);
    this.url = domain === undefined ? this.#api.url : `https://${domain.name}/`;
    if (domain !== undefined) new CustomDomain(this, 'Domain', this.#api, domain);
    if (config.firewall !== undefined) {
      new Firewall(this, 'Firewall', {
        name: this.name,
        stage: this.#api.deploymentStage,
        settings: config.firewall,
        corsOrigins,
        docsPath: docsPathOf(config),
      });
    }
    if (config.tracePercent > 0) {
      new TraceSampling(this, 'TraceSampling', {
        apiName: this.name,
        stageName: stage.name,
        percent: config.tracePercent,
      });
    }
    acknowledgeFindings(this.#api, config);
  }

  /**
   * Adds the method of a route. A public route has no authorizer. A GET route also gets HEAD (RFC 9110 §9.3.2).
   * @param timeout the function's own timeout
   */
  addRoute({ path, method, public: isPublic }: Route, handler: IFunction, timeout: Duration): void {
    const resource = this.#api.root.resourceForPath(path);
    // With the function's own timeout here, a slow function is a 504 and not the 502 of a broken one.
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
        acknowledge(
          added,
          'APIG4',
          'The documentation is public, so that people can read it before they sign in.',
        );
    }
  }
}

/** Logs errors only. Full request logging would write headers, and with them tokens. */
function methodOptions({ rate, burst }: Throttle): MethodDeploymentOptions {
  return {
    loggingLevel: MethodLoggingLevel.ERROR,
    dataTraceEnabled: false,
    throttlingRateLimit: rate,
    throttlingBurstLimit: burst,
  };
}

/** The options of a method replace those of the stage, so they repeat the logging options. */
function throttleSlowRoutes({ rate, burst }: Throttle): Record<string, MethodDeploymentOptions> {
  const slowThrottle = { rate: Math.ceil(rate * SLOW_SHARE), burst: Math.ceil(burst * SLOW_SHARE) };
  return Object.fromEntries(
    routes
      .filter(({ slow }) => slow)
      .map(({ method, path }) => [`${path}/${method}`, methodOptions(slowThrottle)]),
  );
}

function acknowledgeFindings(api: RestApi, { firewall, createsGatewayLogRole }: DeploymentConfig): void {
  acknowledge(
    api,
    'APIG2',
    'The functions validate requests and report every error at once. A request validator of the gateway reports none.',
  );
  acknowledge(
    api,
    'COG4',
    'The rule accepts Amazon Cognito only. Here, a Lambda authorizer checks Auth0 tokens for every method that is not public (test/infra/template.test.ts).',
  );
  if (firewall === undefined) {
    acknowledge(api, 'APIG3', 'The firewall costs at least $9 a month. The setting WAF=true adds it.');
  }
  if (createsGatewayLogRole) {
    acknowledge(
      api,
      'IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
      'The policy that the API Gateway documentation requires for the role that writes its logs.',
    );
  }
}
