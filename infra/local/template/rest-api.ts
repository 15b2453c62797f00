import type {
  ApiSpec,
  AuthorizerSpec,
  FunctionSpec,
  GatewayResponseSpec,
  MethodSpec,
} from '../deployment-spec.ts';
import { gatewayResponseTypes } from '../gateway/failures.ts';
import { readBodyModels } from './body-models.ts';
import { createInvokePermissions, type InvokePermissions } from './invoke-permissions.ts';
import { wholeMatch } from './mapping.ts';
import { readMethodThrottles } from './method-throttles.ts';
import { readMockIntegration } from './mock-integration.ts';
import { type Account, type PhysicalIds, rootResourceId } from './physical-ids.ts';
import type { Resource, Resources } from './resources.ts';
import { TemplateError } from './template-error.ts';

const headerMapping = /^(?:'.*'|context\.[\w.-]+|method\.request\.(?:header|querystring|path)\.[\w.-]+)$/s;
const HEADER_PREFIX = 'gatewayresponse.header.';

/**
 * Reads the one REST API of the template.
 * @throws {TemplateError} when API Gateway would refuse it at the deployment, or fail at each request
 */
export function readApi(options: {
  resources: Resources;
  account: Account;
  physicalIds: PhysicalIds;
  functions: FunctionSpec[];
}): ApiSpec {
  const { resources, account, physicalIds, functions } = options;
  const restApi = resources.single('AWS::ApiGateway::RestApi');
  const stage = resources.single('AWS::ApiGateway::Stage');
  const id = physicalIds.ref(restApi.logicalId) ?? restApi.logicalId;
  const permissions = createInvokePermissions({
    functions,
    permissions: resources.ofType('AWS::Lambda::Permission'),
    executeApiArn: `arn:aws:execute-api:${account.region}:${account.accountId}:${id}`,
  });

  checkDeployment(resources);
  const authorizers = resources
    .ofType('AWS::ApiGateway::Authorizer')
    .map((authorizer) => readAuthorizer(authorizer, physicalIds, permissions));
  const pathOf = createResourcePaths(resources, physicalIds, restApi.logicalId);
  const bodyModelsOf = readBodyModels(resources, physicalIds);
  const stageName = stage.properties.StageName;
  const methods = resources
    .ofType('AWS::ApiGateway::Method')
    .map((method) => readMethod(method, { pathOf, authorizers, permissions, bodyModelsOf, stageName }));
  const throttleOf = readMethodThrottles(stage, methods);

  const minimumCompressionBytes = restApi.properties.MinimumCompressionSize;
  return {
    id,
    ...account,
    stageName,
    stageVariables: stage.properties.Variables ?? null,
    methods: methods.map((method) => {
      const throttle = throttleOf(method);
      return throttle === undefined ? method : { ...method, throttle };
    }),
    authorizers,
    gatewayResponses: new Map(resources.ofType('AWS::ApiGateway::GatewayResponse').map(readGatewayResponse)),
    binaryMediaTypes: restApi.properties.BinaryMediaTypes,
    ...(minimumCompressionBytes !== undefined && { minimumCompressionBytes }),
  };
}

/** A deployment is a snapshot. API Gateway does not serve a resource that CloudFormation creates after it. */
function checkDeployment(resources: Resources): void {
  const deployment = resources.single('AWS::ApiGateway::Deployment');
  const served = [
    ...resources.ofType('AWS::ApiGateway::Method'),
    ...resources.ofType('AWS::ApiGateway::GatewayResponse'),
  ];
  for (const { logicalId } of served) {
    if (!deployment.dependsOn.includes(logicalId)) {
      throw new TemplateError(
        `${deployment.logicalId} does not depend on ${logicalId}, so AWS would not serve it`,
      );
    }
  }
}

function createResourcePaths(resources: Resources, physicalIds: PhysicalIds, restApiLogicalId: string) {
  const byId = new Map(
    resources
      .ofType('AWS::ApiGateway::Resource')
      .map(({ logicalId, properties }) => [physicalIds.ref(logicalId), properties]),
  );
  const rootId = rootResourceId(restApiLogicalId);

  function pathOf(resourceId: string): string {
    if (resourceId === rootId) return '/';
    const resource = byId.get(resourceId);
    if (resource === undefined) throw new TemplateError(`the template has no API resource ${resourceId}`);
    const parent = pathOf(resource.ParentId);
    return `${parent === '/' ? '' : parent}/${resource.PathPart}`;
  }
  return pathOf;
}

function readAuthorizer(
  { logicalId, properties }: Resource<'AWS::ApiGateway::Authorizer'>,
  physicalIds: PhysicalIds,
  permissions: InvokePermissions,
): AuthorizerSpec {
  const id = physicalIds.ref(logicalId) ?? logicalId;
  const identityHeader = /^method\.request\.header\.([\w-]+)$/.exec(properties.IdentitySource)?.[1];
  if (identityHeader === undefined) {
    throw new TemplateError(
      `${logicalId}: IdentitySource ${properties.IdentitySource} is not a request header`,
    );
  }
  const expression = properties.IdentityValidationExpression;
  return {
    id,
    functionId: permissions.require(logicalId, properties.AuthorizerUri, `authorizers/${id}`),
    identityHeader,
    ...(expression === undefined ? {} : { validationRegex: wholeMatch(expression, logicalId) }),
    ttlSeconds: properties.AuthorizerResultTtlInSeconds,
  };
}

function readMethod(
  method: Resource<'AWS::ApiGateway::Method'>,
  context: {
    pathOf: (resourceId: string) => string;
    authorizers: AuthorizerSpec[];
    permissions: InvokePermissions;
    bodyModelsOf: ReturnType<typeof readBodyModels>;
    stageName: string;
  },
): MethodSpec {
  const { logicalId, properties } = method;
  const bodyModels = context.bodyModelsOf(method);
  const { ResourceId: resourceId, HttpMethod: httpMethod, Integration: integration } = properties;
  const path = context.pathOf(resourceId);
  return {
    logicalId,
    resourceId,
    path,
    httpMethod,
    authorization: readAuthorization(logicalId, properties, context.authorizers),
    integration:
      integration.Type === 'MOCK'
        ? readMockIntegration(logicalId, integration, properties.MethodResponses)
        : {
            type: 'AWS_PROXY',
            functionId: context.permissions.require(
              logicalId,
              integration.Uri,
              `${context.stageName}/${httpMethod === 'ANY' ? '*' : httpMethod}${path}`,
            ),
            timeoutMs: integration.TimeoutInMillis,
          },
    ...(bodyModels !== undefined && { bodyModels }),
  };
}

function readAuthorization(
  logicalId: string,
  { AuthorizationType, AuthorizerId }: Resource<'AWS::ApiGateway::Method'>['properties'],
  authorizers: AuthorizerSpec[],
): MethodSpec['authorization'] {
  if (AuthorizationType === 'NONE') return { type: 'NONE' };
  const authorizer = authorizers.find(({ id }) => id === AuthorizerId);
  if (authorizer === undefined)
    throw new TemplateError(`${logicalId}: the template has no authorizer with this AuthorizerId`);
  return { type: 'CUSTOM', authorizerId: authorizer.id };
}

function readGatewayResponse({
  logicalId,
  properties,
}: Resource<'AWS::ApiGateway::GatewayResponse'>): [string, GatewayResponseSpec] {
  if (!gatewayResponseTypes.has(properties.ResponseType)) {
    throw new TemplateError(`${logicalId}: ${properties.ResponseType} is not a gateway response type`);
  }
  const headers: Record<string, string> = {};
  for (const [target, source] of Object.entries(properties.ResponseParameters)) {
    if (!target.startsWith(HEADER_PREFIX) || !headerMapping.test(source)) {
      throw new TemplateError(
        `${logicalId}: ResponseParameters ${target}: ${source} is not implemented locally`,
      );
    }
    headers[target.slice(HEADER_PREFIX.length)] = source;
  }
  return [
    properties.ResponseType,
    {
      ...(properties.StatusCode === undefined ? {} : { statusCode: Number(properties.StatusCode) }),
      headers,
      templates: properties.ResponseTemplates,
    },
  ];
}
