import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { createStack } from '../support/stack.ts';

interface Resource {
  // biome-ignore lint/suspicious/noExplicitAny: properties differ by resource type
  readonly Properties: any;
}

/** A function of the template, with the methods that invoke it. */
interface DeployedFunction {
  readonly methods: readonly string[];
  /** Whether the authorizer stands before its methods. */
  readonly authorized: boolean;
  readonly scope: string | undefined;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  /** The DynamoDB actions that its role allows, on the table or on an index. */
  readonly grants: readonly string[];
}

const template = Template.fromStack(createStack({ REQUIRE_SCOPES: 'true' }).stack);
const resources = (type: string) => Object.entries(template.findResources(type)) as [string, Resource][];
const methods = resources('AWS::ApiGateway::Method').map(([, { Properties }]) => Properties);
const policies = resources('AWS::IAM::Policy').map(([, { Properties }]) => Properties);

/** The path of an API resource, up from its parents. */
function pathOf(resourceId: string): string {
  const resource = Object.fromEntries(resources('AWS::ApiGateway::Resource'))[resourceId];
  return resource ? `${pathOf(resource.Properties.ParentId.Ref)}/${resource.Properties.PathPart}` : '';
}

function grantsOf(roleId: string): string[] {
  const statements: { Action: string | string[]; Resource: unknown }[] = policies
    .filter(({ Roles }) => Roles[0].Ref === roleId)
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
  return statements
    .flatMap(({ Action, Resource }) =>
      [Resource].flat().flatMap((resource) => {
        const index = /\/index\/(\w+)"/.exec(JSON.stringify(resource))?.[1] ?? 'table';
        return [Action].flat().map((action) => `${action} ${index}`);
      }),
    )
    .filter((grant) => grant.startsWith('dynamodb:'))
    .map((grant) => grant.replace('dynamodb:', ''))
    .sort();
}

const deployed: Readonly<Record<string, DeployedFunction>> = Object.fromEntries(
  resources('AWS::Lambda::Function').map(([logicalId, { Properties }]) => {
    const own = methods.filter(({ Integration }) =>
      JSON.stringify(Integration.Uri ?? '').includes(logicalId),
    );
    return [
      logicalId.slice(0, -8),
      {
        methods: own
          .map(({ HttpMethod, ResourceId }) => `${HttpMethod} ${pathOf(ResourceId.Ref) || '/'}`)
          .sort(),
        authorized: own.length > 0 && own.every(({ AuthorizationType }) => AuthorizationType === 'CUSTOM'),
        scope: Properties.Environment.Variables.REQUIRED_SCOPE,
        timeoutSeconds: Properties.Timeout,
        memoryMb: Properties.MemorySize,
        grants: grantsOf(Properties.Role['Fn::GetAtt'][0]),
      },
    ];
  }),
);

const authorized = { authorized: true, memoryMb: 512 };
const publicRoute = {
  authorized: false,
  scope: undefined,
  timeoutSeconds: 10,
  memoryMb: 512,
  grants: [],
};
const noRoute = { methods: [], authorized: false, scope: undefined, memoryMb: 512 };

/** The decisions for each function. A new route needs no line here, but it may have one. */
const decisions: Readonly<Record<string, DeployedFunction>> = {
  listTodos: {
    ...authorized,
    methods: ['GET /todo', 'HEAD /todo'],
    scope: 'read:todos',
    timeoutSeconds: 10,
    grants: ['Query byDay', 'Query byStatus', 'Query byStatusAndDay', 'Query table'],
  },
  createTodo: {
    ...authorized,
    methods: ['POST /todo'],
    scope: 'write:todos',
    timeoutSeconds: 27,
    grants: ['GetItem table', 'PutItem table', 'UpdateItem table'],
  },
  clearTodos: {
    ...authorized,
    methods: ['DELETE /todo'],
    scope: 'write:todos',
    timeoutSeconds: 29,
    grants: ['BatchWriteItem table', 'DeleteItem table', 'Query byStatus', 'Query table', 'UpdateItem table'],
  },
  getTodo: {
    ...authorized,
    methods: ['GET /todo/{id}', 'HEAD /todo/{id}'],
    scope: 'read:todos',
    timeoutSeconds: 10,
    grants: ['GetItem table'],
  },
  replaceTodo: {
    ...authorized,
    methods: ['PUT /todo/{id}'],
    scope: 'write:todos',
    timeoutSeconds: 12,
    grants: ['GetItem table', 'UpdateItem table'],
  },
  updateTodo: {
    ...authorized,
    methods: ['PATCH /todo/{id}'],
    scope: 'write:todos',
    timeoutSeconds: 12,
    grants: ['GetItem table', 'UpdateItem table'],
  },
  deleteTodo: {
    ...authorized,
    methods: ['DELETE /todo/{id}'],
    scope: 'write:todos',
    timeoutSeconds: 17,
    grants: ['DeleteItem table', 'GetItem table', 'UpdateItem table'],
  },
  getMe: {
    ...authorized,
    methods: ['GET /me', 'HEAD /me'],
    scope: undefined,
    timeoutSeconds: 10,
    grants: ['GetItem table'],
  },
  deleteMe: {
    ...authorized,
    methods: ['DELETE /me'],
    scope: 'write:todos',
    timeoutSeconds: 29,
    grants: [
      'BatchWriteItem table',
      'DeleteItem table',
      'GetItem table',
      'PutItem table',
      'Query table',
      'UpdateItem table',
    ],
  },
  getExport: {
    ...authorized,
    methods: ['GET /me/export', 'HEAD /me/export'],
    scope: 'read:todos',
    timeoutSeconds: 28,
    grants: ['BatchGetItem table', 'GetItem table', 'Query table'],
  },
  getRoot: { ...publicRoute, methods: ['GET /', 'HEAD /'] },
  getOpenApi: { ...publicRoute, methods: ['GET /openapi.json', 'HEAD /openapi.json'] },
  getDocs: { ...publicRoute, methods: ['GET /docs', 'HEAD /docs'] },
  getDocsAsset: { ...publicRoute, methods: ['GET /docs/{asset}', 'HEAD /docs/{asset}'] },
  authorizer: {
    ...noRoute,
    timeoutSeconds: 15,
    grants: ['DeleteItem table', 'GetItem table', 'PutItem table', 'UpdateItem table'],
  },
  sweepDeletions: {
    ...noRoute,
    timeoutSeconds: 300,
    grants: ['BatchWriteItem table', 'DeleteItem table', 'GetItem table', 'Query table', 'UpdateItem table'],
  },
};

describe('each function', () => {
  it.each(Object.entries(decisions))('%s has its methods, scope, size and grants', (id, decision) => {
    expect(deployed[id]).toEqual(decision);
  });
});

describe('the methods without an authorizer', () => {
  it('are the documentation, and nothing else', () => {
    const open = Object.values(deployed).filter((each) => each.methods.length > 0 && !each.authorized);
    expect(open.flatMap((each) => each.methods).sort()).toEqual([
      'GET /',
      'GET /docs',
      'GET /docs/{asset}',
      'GET /openapi.json',
      'HEAD /',
      'HEAD /docs',
      'HEAD /docs/{asset}',
      'HEAD /openapi.json',
    ]);
  });
});

describe('the throttle', () => {
  it('is that of the stage for every method, and a tenth of it for those that work on many items', () => {
    const throttled = createStack({ THROTTLE_RATE: '20', THROTTLE_BURST: '40' });
    const [stage] = Object.values(
      Template.fromStack(throttled.stack).findResources('AWS::ApiGateway::Stage'),
    ) as Resource[];
    const limits = stage?.Properties.MethodSettings.map((each: Record<string, unknown>) => [
      `${each.HttpMethod} ${String(each.ResourcePath).slice(1).replaceAll('~1', '/')}`,
      each.ThrottlingRateLimit,
      each.ThrottlingBurstLimit,
    ]);
    expect(limits).toEqual([
      ['* *', 20, 40],
      ['DELETE /todo', 2, 4],
      ['DELETE /me', 2, 4],
    ]);
  });
});
