import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { routes } from '../../functions/routes.ts';
import { bundleFile, functionIds } from '../../infra/build/bundle.ts';
import { temporaryFolder } from '../support/cloud-assembly.ts';
import { bundles, createStack, everySetting, type StackSettings } from '../support/stack.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const synthesizeTemplate = (settings?: StackSettings) => Template.fromStack(createStack(settings).stack);

interface Resource {
  // biome-ignore lint/suspicious/noExplicitAny: properties differ by resource type
  readonly Properties: any;
}

let template: Template;
const resources = (type: string): [string, Resource][] =>
  Object.entries(template.findResources(type)) as never;

/** The path of an API resource, up from its parents. */
function pathOf(resourceId: string): string {
  const resource = Object.fromEntries(resources('AWS::ApiGateway::Resource'))[resourceId];
  if (!resource) return '';
  return `${pathOf(resource.Properties.ParentId.Ref)}/${resource.Properties.PathPart}`;
}

const methodsWhere = (matches: (httpMethod: string) => boolean) =>
  resources('AWS::ApiGateway::Method')
    .map(([, { Properties }]) => Properties)
    .filter(({ HttpMethod }) => matches(HttpMethod));

beforeAll(() => {
  template = synthesizeTemplate();
});

describe('the API of the stack', () => {
  it('has exactly the methods of the route table, with HEAD beside GET, each behind the authorizer unless it is public', () => {
    const served = methodsWhere((method) => method !== 'OPTIONS').map(
      ({ HttpMethod, ResourceId, AuthorizationType, AuthorizerId }) => ({
        route: `${HttpMethod} ${pathOf(ResourceId.Ref)}`,
        authorization: AuthorizationType,
        hasAuthorizer: AuthorizerId !== undefined,
      }),
    );
    const declared = routes.flatMap(({ method, path, public: isPublic }) =>
      (method === 'GET' ? ['GET', 'HEAD'] : [method]).map((served) => ({
        route: `${served} ${path}`,
        authorization: isPublic ? 'NONE' : 'CUSTOM',
        hasAuthorizer: !isPublic,
      })),
    );
    const byRoute = (a: { route: string }, b: { route: string }) => a.route.localeCompare(b.route);
    expect(served.sort(byRoute)).toEqual(declared.sort(byRoute));
  });

  it('answers preflights by itself, without authorization, as mocks', () => {
    const preflights = methodsWhere((method) => method === 'OPTIONS');
    expect(preflights.length).toBeGreaterThan(0);
    for (const { AuthorizationType, Integration } of preflights) {
      expect({ AuthorizationType, type: Integration.Type }).toEqual({
        AuthorizationType: 'NONE',
        type: 'MOCK',
      });
    }
  });

  it('lets each route take as long as its function may, and not longer', () => {
    const timeouts = (type: string, value: (properties: Resource['Properties']) => number) =>
      resources(type).map(([, { Properties }]) => value(Properties));
    const integrations = methodsWhere((method) => method !== 'OPTIONS').map(
      ({ Integration }) => Integration.TimeoutInMillis / 1_000,
    );
    const functions = timeouts('AWS::Lambda::Function', ({ Timeout }) => Timeout);
    expect(integrations.every((seconds) => functions.includes(seconds))).toBe(true);
    expect(Math.max(...integrations)).toBeLessThanOrEqual(29);
  });

  it('has a TOKEN authorizer that caches for five minutes and turns away what is no JWT', () => {
    template.hasResourceProperties('AWS::ApiGateway::Authorizer', {
      Type: 'TOKEN',
      AuthorizerResultTtlInSeconds: 300,
      IdentitySource: 'method.request.header.Authorization',
    });
    const [[, { Properties }]] = resources('AWS::ApiGateway::Authorizer') as [[string, Resource]];
    const expression = new RegExp(Properties.IdentityValidationExpression);
    expect('Bearer aa.bb.cc').toMatch(expression);
    expect('bearer aa.bb.cc').toMatch(expression);
    for (const header of [
      'aa.bb.cc',
      'Basic aa.bb.cc',
      'Bearer aa.bb',
      'Bearer a.b.c.d.e',
      'Bearer aa.bb.cc x',
      'Bearer',
    ]) {
      expect(header).not.toMatch(expression);
    }
  });

  it('gives every answer of the gateway the form of ours, and repeats nothing of the request in it', () => {
    const responses = resources('AWS::ApiGateway::GatewayResponse').map(([, { Properties }]) => Properties);
    const byType = Object.fromEntries(responses.map((response) => [response.ResponseType, response]));
    expect(byType).toMatchObject({
      UNAUTHORIZED: { StatusCode: '401' },
      ACCESS_DENIED: { StatusCode: '401' },
      AUTHORIZER_FAILURE: { StatusCode: '503' },
      MISSING_AUTHENTICATION_TOKEN: { StatusCode: '404' },
      THROTTLED: { StatusCode: '429' },
      REQUEST_TOO_LARGE: { StatusCode: '413' },
      INTEGRATION_TIMEOUT: { StatusCode: '504' },
      DEFAULT_4XX: {},
      DEFAULT_5XX: {},
    });
    for (const { ResponseParameters, ResponseTemplates } of responses) {
      expect(ResponseParameters).toMatchObject({
        'gatewayresponse.header.Access-Control-Allow-Origin': "'*'",
        'gatewayresponse.header.Content-Type': "'application/problem+json'",
        'gatewayresponse.header.Cache-Control': "'no-store'",
      });
      const body: string = ResponseTemplates['application/json'];
      expect(JSON.parse(body)).toMatchObject({ type: 'about:blank', request_id: '$context.requestId' });
      expect(body.match(/\$[\w.]+/g)?.filter((variable) => variable !== '$context.requestId')).toEqual(
        body.includes('authorizer') ? ['$context.authorizer.reason'] : [],
      );
    }
    for (const type of ['AUTHORIZER_FAILURE', 'THROTTLED', 'INTEGRATION_TIMEOUT']) {
      expect(byType[type].ResponseParameters).toHaveProperty(['gatewayresponse.header.Retry-After']);
    }
  });
});

describe('the functions of the stack', () => {
  const functionsById = () =>
    Object.fromEntries(
      resources('AWS::Lambda::Function').map(([id, { Properties }]) => [id.slice(0, -8), Properties]),
    );

  it('are one for each route, the authorizer, and the sweep of deleted users', () => {
    expect(Object.keys(functionsById()).sort()).toEqual([...functionIds].sort());
  });

  it('have the environment that they need, and only the authorizer knows of Auth0', () => {
    const variables = Object.fromEntries(
      Object.entries(functionsById()).map(([id, { Environment }]) => [
        id,
        Object.keys(Environment.Variables).sort(),
      ]),
    );
    const nodeOptions = (names: readonly string[]) => names.filter((name) => !name.startsWith('AWS_NODEJS'));
    expect(nodeOptions(variables.authorizer ?? [])).toEqual([
      'AUTH0_API_AUDIENCE',
      'AUTH0_DOMAIN',
      'METRICS_NAMESPACE',
      'TABLE_NAME',
    ]);
    for (const { id, actions } of routes)
      expect(nodeOptions(variables[id] ?? [])).toEqual([
        'METRICS_NAMESPACE',
        ...(actions.length > 0 ? ['TABLE_NAME'] : []),
      ]);
  });

  it('run on Node.js 24, on arm64, with logs of their own', () => {
    for (const { Runtime, Architectures, LoggingConfig } of Object.values(functionsById())) {
      expect({ Runtime, Architectures }).toEqual({ Runtime: 'nodejs24.x', Architectures: ['arm64'] });
      expect(LoggingConfig.LogGroup).toBeDefined();
    }
  });

  it('may do on the table and its indexes what the route table says, and nothing else', () => {
    const grants = Object.fromEntries(
      resources('AWS::IAM::Policy').map(([, { Properties }]) => {
        const statements: { Action: string | string[]; Resource: unknown }[] =
          Properties.PolicyDocument.Statement;
        const onTables = statements.filter(({ Action }) => String(Action).startsWith('dynamodb:'));
        const allowed = onTables.flatMap(({ Action, Resource }) =>
          [Resource].flat().flatMap((resource) => {
            const index = /\/index\/(\w+)"/.exec(JSON.stringify(resource))?.[1];
            return [Action].flat().map((action) => `${action.replace('dynamodb:', '')} ${index ?? 'table'}`);
          }),
        );
        return [Properties.Roles[0].Ref.replace(/Role[0-9A-F]{8}$/, ''), allowed.sort()];
      }),
    );
    expect(grants).toEqual({
      authorizer: ['GetItem table', 'PutItem table', 'UpdateItem table'],
      sweepDeletions: ['DeleteItem table', 'GetItem table', 'Query table', 'UpdateItem table'],
      ...Object.fromEntries(
        routes.map(({ id, actions, indexes = [] }) => [
          id,
          [...actions.map((action) => `${action} table`), ...indexes.map((index) => `Query ${index}`)].sort(),
        ]),
      ),
    });
  });

  it.each([
    ['sandbox', {}],
    ['production with every setting', everySetting],
  ])(
    'and all else have no grant with a wildcard, but that X-Ray has no resources to name (%s)',
    (_name, settings) => {
      const policies = Object.values(
        synthesizeTemplate(settings).findResources('AWS::IAM::Policy'),
      ) as Resource[];
      const statements = policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
      const withWildcard = statements.filter((statement) => JSON.stringify(statement).includes('*'));
      expect(statements.length).toBeGreaterThan(withWildcard.length);
      for (const statement of withWildcard) {
        expect(statement).toEqual({
          Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
          Effect: 'Allow',
          Resource: '*',
        });
      }
    },
  );

  it('are told the scope of their route only where scopes are required', () => {
    const scoped = synthesizeTemplate({ REQUIRE_SCOPES: 'true' });
    scoped.hasResourceProperties('AWS::Lambda::Function', {
      Description: Match.stringLikeRegexp('^POST /todo'),
      Environment: { Variables: Match.objectLike({ REQUIRED_SCOPE: 'write:todos' }) },
    });
    expect(JSON.stringify(template.toJSON())).not.toContain('REQUIRED_SCOPE');
  });

  it('take the keys of the issuer along, if these are known', () => {
    const keys = '{"keys":[]}';
    const file = join(folder.path, 'jwks.json');
    writeFileSync(file, keys);
    synthesizeTemplate({ AUTH0_JWKS_FILE: file }).hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ AUTH0_JWKS: keys }) },
    });
  });
});

describe('the sweep of deleted users', () => {
  it('runs every hour, by EventBridge alone', () => {
    const [[ruleId, { Properties }], ...others] = resources('AWS::Events::Rule') as [[string, Resource]];
    expect(others).toEqual([]);
    expect(Properties).toMatchObject({ ScheduleExpression: 'rate(1 hour)', State: 'ENABLED' });
    expect(Properties.Targets).toHaveLength(1);
    const [functionId] = Properties.Targets[0].Arn['Fn::GetAtt'];
    expect(functionId).toMatch(/^sweepDeletions/);
    const permissions = resources('AWS::Lambda::Permission')
      .map(([, permission]) => permission.Properties)
      .filter(({ FunctionName }) => JSON.stringify(FunctionName).includes(functionId));
    expect(permissions).toEqual([
      {
        Action: 'lambda:InvokeFunction',
        FunctionName: { 'Fn::GetAtt': [functionId, 'Arn'] },
        Principal: 'events.amazonaws.com',
        SourceArn: { 'Fn::GetAtt': [ruleId, 'Arn'] },
      },
    ]);
  });

  it('waits until no cached policy, and no request under way, can act for the user', () => {
    const [, { Properties: authorizer }] = resources('AWS::ApiGateway::Authorizer')[0] as [string, Resource];
    const functions = resources('AWS::Lambda::Function').map(([, { Properties }]) => Properties);
    const sweep = functions.find(({ Environment }) => 'GRACE_SECONDS' in Environment.Variables);
    const others = functions.filter((each) => each !== sweep).map(({ Timeout }) => Timeout);
    expect(Number(sweep.Environment.Variables.GRACE_SECONDS)).toBeGreaterThan(
      authorizer.AuthorizerResultTtlInSeconds + Math.max(...others),
    );
  });
});

describe('the table of the stack', () => {
  it('is paid by request, expires what says so, and has the local indexes that lists are read from', () => {
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      BillingMode: 'PAY_PER_REQUEST',
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      LocalSecondaryIndexes: ['byDay', 'byStatus', 'byStatusAndDay'].map((IndexName) =>
        Match.objectLike({ IndexName }),
      ),
      GlobalSecondaryIndexes: Match.absent(),
    });
  });
});

describe('the documentation of the stack', () => {
  it('has functions without the AWS SDK, and without any right on the table', () => {
    for (const { id } of routes.filter(({ partOf }) => partOf === 'docs')) {
      const code = readFileSync(bundleFile(bundles, id), 'utf8');
      expect(code).not.toMatch(/dynamodb/i);
      const [, policy] = resources('AWS::IAM::Policy').find(([name]) => name.startsWith(`${id}Role`)) ?? [];
      expect(policy).toBeDefined();
      expect(JSON.stringify(policy)).not.toContain('dynamodb');
    }
  });

  it('is left out as a whole with DOCS=false', () => {
    const withoutDocs = synthesizeTemplate({ DOCS: 'false' });
    expect(JSON.stringify(withoutDocs.findResources('AWS::ApiGateway::Resource'))).not.toMatch(
      /docs|openapi/,
    );
    expect(withoutDocs.findOutputs('DocsUrl')).toEqual({});
    const count = (each: Template) => Object.keys(each.findResources('AWS::Lambda::Function')).length;
    const docs = routes.filter(({ partOf }) => partOf === 'docs');
    expect(count(withoutDocs)).toBe(count(template) - docs.length);
  });
});
