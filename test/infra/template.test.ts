import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { routes } from '../../functions/routes.ts';
import { bundleDir } from '../../infra/build/bundle.ts';
import { CODE_FILE } from '../../infra/build/code-file.ts';
import { tableDefinition } from '../../infra/deploy/table-definition.ts';
import {
  bundles,
  everySetting,
  production,
  type StackSettings,
  synthesizeTemplate,
} from '../support/stack.ts';

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
  it('has exactly the methods of the route table, with HEAD beside GET', () => {
    const served = methodsWhere((method) => method !== 'OPTIONS').map(
      ({ HttpMethod, ResourceId }) => `${HttpMethod} ${pathOf(ResourceId.Ref) || '/'}`,
    );
    const declared = routes.flatMap(({ method, path }) =>
      (method === 'GET' ? ['GET', 'HEAD'] : [method]).map((each) => `${each} ${path}`),
    );
    expect(served.sort()).toEqual(declared.sort());
  });

  it('responds to preflights by itself, without authorization', () => {
    const preflights = methodsWhere((method) => method === 'OPTIONS');
    const paths = new Set(routes.map(({ path }) => path));
    expect(preflights.length).toBeGreaterThanOrEqual(paths.size);
    for (const { AuthorizationType, Integration } of preflights) {
      expect(AuthorizationType).toBe('NONE');
      expect(Integration.Type).toBe('MOCK');
      expect(Integration.RequestTemplates).toEqual({ 'application/json': '{ statusCode: 200 }' });
      expect(Integration.IntegrationResponses).toEqual([
        {
          StatusCode: '204',
          ResponseParameters: {
            'method.response.header.Access-Control-Allow-Origin': "'*'",
            'method.response.header.Access-Control-Allow-Methods': "'OPTIONS,GET,PUT,POST,DELETE,PATCH,HEAD'",
            'method.response.header.Access-Control-Allow-Headers':
              "'Authorization,Content-Type,Idempotency-Key,If-Match,If-None-Match,Prefer,traceparent,tracestate,baggage,sentry-trace'",
            'method.response.header.Access-Control-Max-Age': "'7200'",
          },
        },
      ]);
    }
  });

  it('refuses a preflight with a body that is not JSON, which makes a 204 of any media type', () => {
    const [[model, { Properties: modelProperties }] = expect.fail(), ...otherModels] =
      resources('AWS::ApiGateway::Model');
    const [[validator, { Properties: validatorProperties }] = expect.fail(), ...otherValidators] = resources(
      'AWS::ApiGateway::RequestValidator',
    );
    expect([...otherModels, ...otherValidators]).toEqual([]);
    expect(modelProperties.Schema).toMatchObject({ type: 'object', minProperties: 1, maxProperties: 0 });
    expect(validatorProperties).toMatchObject({ ValidateRequestBody: true });
    for (const { Integration, RequestModels, RequestValidatorId } of methodsWhere(
      (method) => method === 'OPTIONS',
    )) {
      expect(Integration.PassthroughBehavior).toBe('NEVER');
      expect(RequestModels).toEqual({ 'application/json': 'Empty', $default: { Ref: model } });
      expect(RequestValidatorId).toEqual({ Ref: validator });
    }
  });

  it('validates the body of no other method, because the 204 is only for preflights', () => {
    for (const method of methodsWhere((method) => method !== 'OPTIONS')) {
      expect(method).not.toHaveProperty('RequestValidatorId');
    }
  });

  it('waits for each function as long as the function may take, and at most 29 seconds', () => {
    const functions = resources('AWS::Lambda::Function');
    for (const { Integration } of methodsWhere((method) => method !== 'OPTIONS')) {
      const uri = JSON.stringify(Integration.Uri);
      const [, { Properties }] = functions.find(([id]) => uri.includes(`"${id}"`)) as [string, Resource];
      expect(Integration.TimeoutInMillis).toBe(Properties.Timeout * 1_000);
      expect(Integration.TimeoutInMillis).toBeLessThanOrEqual(29_000);
    }
  });

  it('compresses responses of 1 KB or more', () => {
    template.hasResourceProperties('AWS::ApiGateway::RestApi', { MinimumCompressionSize: 1_024 });
  });

  it('has a TOKEN authorizer that caches for five minutes, and refuses another scheme than Bearer', () => {
    template.hasResourceProperties('AWS::ApiGateway::Authorizer', {
      Type: 'TOKEN',
      AuthorizerResultTtlInSeconds: 300,
      IdentitySource: 'method.request.header.Authorization',
    });
    const [[, { Properties }]] = resources('AWS::ApiGateway::Authorizer') as [[string, Resource]];
    const expression = new RegExp(Properties.IdentityValidationExpression);
    expect('Bearer aa.bb.cc').toMatch(expression);
    expect('bearer aa.bb.cc').toMatch(expression);
    for (const header of ['Bearer', 'Bearer aa.bb', 'Bearer: aa.bb.cc', 'Bearer aa.bb.cc x'])
      expect(header).toMatch(expression);
    for (const header of ['aa.bb.cc', 'Basic aa.bb.cc', 'Bearera aa.bb.cc', 'DPoP aa.bb.cc', '']) {
      expect(header).not.toMatch(expression);
    }
  });

  it('has gateway responses that repeat nothing of the request', () => {
    const responses = resources('AWS::ApiGateway::GatewayResponse').map(([, { Properties }]) => Properties);
    expect(responses).toHaveLength(18);
    for (const { ResponseType, ResponseTemplates } of responses) {
      const body: string = ResponseTemplates['application/json'];
      const variables = body.match(/\$[\w.]+/g) ?? [];
      expect(variables.sort()).toEqual([
        ...(ResponseType === 'ACCESS_DENIED'
          ? ['$context.authorizer.problem', '$context.authorizer.reason']
          : []),
        ...(ResponseType === 'BAD_REQUEST_BODY' ? [] : ['$context.requestId']),
      ]);
    }
  });
});

describe('the functions of the stack', () => {
  const functionsById = () =>
    Object.fromEntries(
      resources('AWS::Lambda::Function').map(([id, { Properties }]) => [id.slice(0, -8), Properties]),
    );

  it('are one for each route, the authorizer, and the sweep of deleted users', () => {
    const ids = routes.map(({ id }) => id as string);
    expect(Object.keys(functionsById()).sort()).toEqual([...ids, 'authorizer', 'sweepDeletions'].sort());
  });

  it('have the environment that they need, and only the authorizer knows Auth0', () => {
    const variablesOf = (id: string) =>
      Object.keys(functionsById()[id].Environment.Variables)
        .filter((name) => !/^(AWS_NODEJS|PRIMING)_/.test(name))
        .sort();
    expect(variablesOf('authorizer')).toEqual([
      'ACCOUNT_LINKING',
      'AUTH0_API_AUDIENCE',
      'AUTH0_DOMAIN',
      'METRICS_NAMESPACE',
      'PROFILE_MAX_AGE_HOURS',
      'TABLE_NAME',
    ]);
    expect(variablesOf('sweepDeletions')).toEqual(['GRACE_SECONDS', 'METRICS_NAMESPACE', 'TABLE_NAME']);
    for (const id of ['getRoot', 'getOpenApi', 'getDocs', 'getDocsAsset']) {
      expect(variablesOf(id)).toEqual(['DOCS_PATH', 'LOG_SUCCESS_PERCENT', 'METRICS_NAMESPACE']);
    }
    const withTable = routes.filter(({ actions }) => actions.length > 0);
    for (const { id } of withTable)
      expect(variablesOf(id)).toEqual([
        'DOCS_PATH',
        'LOG_SUCCESS_PERCENT',
        'METRICS_NAMESPACE',
        'TABLE_NAME',
      ]);
  });

  it('prime themselves with a read that their roles allow, if there is one', () => {
    const primingOf = (id: string) => functionsById()[id].Environment.Variables.PRIMING_ACTION;
    expect(primingOf('listTodos')).toBe('Query');
    expect(primingOf('clearTodos')).toBe('Query');
    for (const id of ['authorizer', 'sweepDeletions', 'getTodo', 'createTodo', 'replaceTodo', 'updateTodo'])
      expect(primingOf(id)).toBe('GetItem');
    for (const id of ['deleteTodo', 'getMe', 'deleteMe', 'getExport']) expect(primingOf(id)).toBe('GetItem');
    for (const { id, actions, indexes } of routes) {
      const mayRead = actions.includes('GetItem') || actions.includes('Query') || indexes !== undefined;
      expect(primingOf(id), id).toEqual(mayRead ? expect.any(String) : undefined);
    }
  });

  it('log one in a hundred successful requests in production, and each in a sandbox', () => {
    const sharesOf = (settings: StackSettings) => {
      const functions = Object.entries(
        synthesizeTemplate(settings).findResources('AWS::Lambda::Function'),
      ) as [string, Resource][];
      return functions.flatMap(
        ([, { Properties }]) => Properties.Environment.Variables.LOG_SUCCESS_PERCENT ?? [],
      );
    };
    expect(sharesOf(production)).toEqual(Array(routes.length).fill('1'));
    expect(sharesOf({})).toEqual(Array(routes.length).fill('100'));
  });

  it('run on Node.js 24 and arm64 with 512 MB, and have their own log groups without lines of Lambda about a success', () => {
    for (const properties of Object.values(functionsById())) {
      expect(properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        MemorySize: 512,
        LoggingConfig: { LogFormat: 'JSON', SystemLogLevel: 'WARN', LogGroup: expect.anything() },
      });
    }
  });

  it('are allowed the DynamoDB actions of the route table, and no other', () => {
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
      authorizer: ['DeleteItem table', 'GetItem table', 'PutItem table', 'UpdateItem table'],
      sweepDeletions: [
        'BatchWriteItem table',
        'DeleteItem table',
        'GetItem table',
        'Query table',
        'UpdateItem table',
      ],
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
  ])('have no grant with a wildcard, except for traces, which have no ARN (%s)', (_name, settings) => {
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
  });

  it('know the scope of their route only if scopes are required', () => {
    const scoped = synthesizeTemplate({ REQUIRE_SCOPES: 'true' });
    scoped.hasResourceProperties('AWS::Lambda::Function', {
      Description: Match.stringLikeRegexp('^POST /todo'),
      Environment: { Variables: Match.objectLike({ REQUIRED_SCOPE: 'write:todos' }) },
    });
    expect(JSON.stringify(template.toJSON())).not.toContain('REQUIRED_SCOPE');
  });

  const names = (count: number, name: (i: number) => string) =>
    Array.from({ length: count }, (_, i) => name(i)).join();

  it.each([
    [
      'a route',
      routes.map(({ id }) => id),
      'CORS_ORIGINS',
      names(200, (i) => `https://app-${i}.example.com`),
    ],
    ['the authorizer', ['authorizer'], 'AUTH0_CUSTOM_DOMAINS', names(200, (i) => `login-${i}.example.com`)],
  ])(
    'have an environment that Lambda accepts, or the synthesis names %s and the setting',
    (_name, ids, setting, value) => {
      expect(() => synthesizeTemplate({ [setting]: value })).toThrow(
        new RegExp(
          `^The environment of (${ids.join('|')}) has more than the 4,096 bytes that Lambda allows\\. Shorten its largest variable, ${setting}\\.$`,
        ),
      );
    },
  );
});

describe('the sweep of deleted users', () => {
  it('runs every hour, and only EventBridge may invoke it', () => {
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

  it('is not tried again after a failure: the next run repeats what failed', () => {
    // EventBridge retries the delivery of an event, and Lambda the run of a function that was invoked asynchronously.
    const [[, rule]] = resources('AWS::Events::Rule') as [[string, Resource]];
    expect(rule.Properties.Targets[0].RetryPolicy).toEqual({ MaximumRetryAttempts: 0 });
    const configs = resources('AWS::Lambda::EventInvokeConfig').map(([, { Properties }]) => Properties);
    expect(configs).toEqual([
      {
        FunctionName: { Ref: expect.stringMatching(/^sweepDeletions[0-9A-F]{8}$/) },
        MaximumRetryAttempts: 0,
        Qualifier: '$LATEST',
      },
    ]);
  });

  it('waits until no cached policy and no running request can act for the user', () => {
    // 300 s: a cached policy; 15 s: the authorizer; 29 s: the longest request; 60 s: clocks that differ.
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ GRACE_SECONDS: '404' }) },
    });
  });
});

describe('the table of the stack', () => {
  const hash = { AttributeName: 'pk', KeyType: 'HASH' };
  const local = (IndexName: string, sortKey: string) => ({
    IndexName,
    KeySchema: [hash, { AttributeName: sortKey, KeyType: 'RANGE' }],
    Projection: { ProjectionType: 'ALL' },
  });

  it('is billed per request and has time to live', () => {
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      BillingMode: 'PAY_PER_REQUEST',
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    });
  });

  // CloudFormation replaces a table whose logical id or key schema changes, and refuses a change of a local index.
  it.each([
    ['a sandbox', {}],
    ['production', production],
  ])('is the one that exists in each account: %s', (_name, settings) => {
    const [[logicalId, { Properties }], ...others] = Object.entries(
      synthesizeTemplate(settings).findResources('AWS::DynamoDB::Table'),
    ) as [[string, Resource]];
    expect(others).toEqual([]);
    expect(logicalId).toBe('Table710B521B');
    expect(Properties).not.toHaveProperty('TableName');
    expect(Properties).not.toHaveProperty('GlobalSecondaryIndexes');
    expect(Properties.KeySchema).toEqual([hash, { AttributeName: 'sk', KeyType: 'RANGE' }]);
    expect(Properties.LocalSecondaryIndexes).toEqual([
      local('byDay', 'day'),
      local('byStatus', 'statusId'),
      local('byStatusAndDay', 'statusDay'),
      local('byNumber', 'sortNumber'),
      local('byText', 'sortText'),
    ]);
    expect(Properties).toMatchObject(tableDefinition);
    expect(Properties.AttributeDefinitions).toEqual(
      [
        ['pk', 'S'],
        ['sk', 'S'],
        ['day', 'N'],
        ['statusId', 'S'],
        ['statusDay', 'N'],
        ['sortNumber', 'N'],
        ['sortText', 'S'],
      ].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
    );
  });
});

describe('the stack with TABLE_NAME', () => {
  const using = (settings: Record<string, string> = {}) =>
    synthesizeTemplate({ ...settings, TABLE_NAME: 'todos-restored' });

  it('creates no table, and has this one in its outputs', () => {
    expect(using().findResources('AWS::DynamoDB::Table')).toEqual({});
    expect(using().findOutputs('TableName')).toEqual({ TableName: { Value: 'todos-restored' } });
  });

  it('gives every function that uses the table its name', () => {
    const names = (each: Template) =>
      Object.values(each.findResources('AWS::Lambda::Function')).map(
        ({ Properties }) => Properties.Environment.Variables.TABLE_NAME,
      );
    const own = { Ref: 'Table710B521B' };
    expect(names(template)).toContainEqual(own);
    expect(names(using())).toEqual(
      names(template).map((name) => (name === undefined ? undefined : 'todos-restored')),
    );
  });

  it('allows the same actions on this table and its indexes as on its own', () => {
    const policies = (each: Template) => JSON.stringify(each.findResources('AWS::IAM::Policy'));
    const arn = (suffix: string) => [
      '',
      [
        'arn:',
        { Ref: 'AWS::Partition' },
        ':dynamodb:',
        { Ref: 'AWS::Region' },
        ':',
        { Ref: 'AWS::AccountId' },
      ].concat([`:table/todos-restored${suffix}`]),
    ];
    const expected = policies(template)
      .replaceAll(JSON.stringify({ 'Fn::GetAtt': ['Table710B521B', 'Arn'] }), '"TABLE"')
      .replaceAll(/\{"Fn::Join":\["",\["TABLE","(\/index\/\w+)"\]\]\}/g, (_all, index) =>
        JSON.stringify({ 'Fn::Join': arn(index) }),
      )
      .replaceAll('"TABLE"', JSON.stringify({ 'Fn::Join': arn('') }));
    expect(JSON.parse(policies(using()))).toEqual(JSON.parse(expected));
  });

  it('has the metrics, alarms and dashboard of this table', () => {
    const json = JSON.stringify(using(production).toJSON());
    expect(json).not.toContain('Table710B521B');
    for (const MetricName of ['ReadThrottleEvents', 'WriteThrottleEvents'])
      using().hasResourceProperties('AWS::CloudWatch::Alarm', {
        MetricName,
        Dimensions: [{ Name: 'TableName', Value: 'todos-restored' }],
      });
    expect(json).toContain('\\"TableName\\",\\"todos-restored\\"');
  });
});

describe('the documentation of the stack', () => {
  it('has functions without the AWS SDK and without access to the table', () => {
    for (const id of ['getRoot', 'getOpenApi', 'getDocs', 'getDocsAsset']) {
      const code = readFileSync(join(bundleDir(bundles(), id), CODE_FILE), 'utf8');
      expect(code).not.toMatch(/dynamodb/i);
      const [, policy] = resources('AWS::IAM::Policy').find(([name]) => name.startsWith(`${id}Role`)) ?? [];
      expect(policy).toBeDefined();
      expect(JSON.stringify(policy)).not.toContain('dynamodb');
    }
  });

  it('does not exist with DOCS=false', () => {
    const withoutDocs = synthesizeTemplate({ DOCS: 'false' });
    expect(JSON.stringify(withoutDocs.findResources('AWS::ApiGateway::Resource'))).not.toMatch(
      /docs|openapi/,
    );
    expect(withoutDocs.findOutputs('DocsUrl')).toEqual({});
    const count = (each: Template) => Object.keys(each.findResources('AWS::Lambda::Function')).length;
    expect(count(withoutDocs)).toBe(count(template) - 3);
  });
});
