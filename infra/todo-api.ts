import { type Duration, Stack } from 'aws-cdk-lib';
import {
  AuthorizationType,
  EndpointType,
  IdentitySource,
  LambdaIntegration,
  RestApi,
  TokenAuthorizer,
} from 'aws-cdk-lib/aws-apigateway';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Route } from '../functions/routes.ts';
import { cors } from '../functions/shared/cors.ts';
import { gatewayResponses } from './gateway-responses.ts';

export interface TodoApiProps {
  readonly stageName: string;
  readonly authorizer: IFunction;
  /** How long API Gateway reuses a policy for the same token. */
  readonly policyTtl: Duration;
}

/** What the gateway takes for a signed JWT in a header; anything else is a 401 without an invocation. */
const JWT_IN_BEARER_HEADER = '^[Bb][Ee][Aa][Rr][Ee][Rr] +[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+$';

/** The REST API: its stage, its authorizer, its answers. Routes are added one by one. */
export class TodoApi extends Construct {
  readonly url: string;
  readonly #api: RestApi;
  readonly #authorizer: TokenAuthorizer;

  constructor(scope: Construct, id: string, { stageName, authorizer, policyTtl }: TodoApiProps) {
    super(scope, id);
    this.#api = new RestApi(this, 'RestApi', {
      restApiName: Stack.of(this).stackName,
      endpointTypes: [EndpointType.REGIONAL],
      deployOptions: { stageName },
      defaultCorsPreflightOptions: {
        allowOrigins: [cors.allowOrigin],
        allowHeaders: [...cors.allowHeaders],
      },
    });
    this.#authorizer = new TokenAuthorizer(this, 'Authorizer', {
      handler: authorizer,
      identitySource: IdentitySource.header('Authorization'),
      validationRegex: JWT_IN_BEARER_HEADER,
      resultsCacheTtl: policyTtl,
    });
    for (const [name, options] of Object.entries(gatewayResponses))
      this.#api.addGatewayResponse(name, options);
    this.url = this.#api.url;
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
      resource.addMethod(
        each,
        integration,
        isPublic
          ? { authorizationType: AuthorizationType.NONE }
          : { authorizer: this.#authorizer, authorizationType: AuthorizationType.CUSTOM },
      );
    }
  }
}
