// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders are those of Fn::Sub
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type DeploymentOptions, readDeployment } from '../../../../../infra/local/template/deployment.ts';
import {
  minimalTemplate,
  type TestTemplate,
  temporaryFolder,
  writeAssembly,
} from '../../../../support/cloud-assembly.ts';

let folder: ReturnType<typeof temporaryFolder>;
let template: TestTemplate;

beforeEach(() => {
  folder = temporaryFolder();
  template = minimalTemplate();
});
afterEach(() => folder.remove());

function deploy(options?: DeploymentOptions) {
  writeAssembly(folder.path, template);
  return readDeployment(folder.path, options);
}

function set(logicalId: string, properties: Record<string, unknown>) {
  const resource = template.Resources[logicalId]!;
  resource.Properties = { ...resource.Properties, ...properties };
}

describe('a template deploys', () => {
  test('a function, with the code of its S3 key and with defaults', () => {
    expect(deploy().functions).toEqual([
      {
        logicalId: 'Function',
        aliasArns: [],
        allowedActions: [],
        name: 'Test-Function',
        arn: 'arn:aws:lambda:eu-central-1:123456789012:function:Test-Function',
        region: 'eu-central-1',
        codePath: join(folder.path, 'code'),
        handler: 'index.handler',
        runtime: 'nodejs24.x',
        environment: { AWS_LAMBDA_LOG_FORMAT: 'Text' },
        timeoutSeconds: 3,
        memoryMb: 128,
        logGroup: '/aws/lambda/Test-Function',
      },
    ]);
  });

  test("logging controls, as Lambda's environment variables", () => {
    template.Resources.Logs = { Type: 'AWS::Logs::LogGroup' };
    set('Function', {
      LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'WARN', LogGroup: { Ref: 'Logs' } },
    });
    expect(deploy().functions[0]).toMatchObject({
      environment: { AWS_LAMBDA_LOG_FORMAT: 'JSON', AWS_LAMBDA_LOG_LEVEL: 'WARN' },
      logGroup: 'Test-Logs',
    });
  });

  test('methods, with their path, authorizer and function', () => {
    const { api } = deploy();
    expect(api.methods).toEqual([
      {
        logicalId: 'Method',
        resourceId: expect.stringMatching(/^[a-z0-9]{6}$/),
        path: '/todo',
        httpMethod: 'GET',
        authorization: { type: 'CUSTOM', authorizerId: api.authorizers[0]!.id },
        integration: { type: 'AWS_PROXY', functionId: 'Function', timeoutMs: 29_000 },
      },
    ]);
    expect(api.authorizers).toEqual([
      { id: expect.any(String), functionId: 'Function', identityHeader: 'Authorization', ttlSeconds: 300 },
    ]);
    expect(api).toMatchObject({ stageName: 'v1', stageVariables: null, binaryMediaTypes: [] });
  });

  test('nested resources, with the whole path', () => {
    template.Resources.Item = {
      Type: 'AWS::ApiGateway::Resource',
      Properties: { RestApiId: { Ref: 'Api' }, ParentId: { Ref: 'Todo' }, PathPart: '{id}' },
    };
    set('Method', { ResourceId: { Ref: 'Item' } });
    expect(deploy().api.methods[0]?.path).toBe('/todo/{id}');
  });

  test('the throttle of each method: that of all methods, or its own', () => {
    template.Resources.Item = {
      Type: 'AWS::ApiGateway::Resource',
      Properties: { RestApiId: { Ref: 'Api' }, ParentId: { Ref: 'Todo' }, PathPart: '{id}' },
    };
    template.Resources.Preflight = {
      Type: 'AWS::ApiGateway::Method',
      Properties: {
        RestApiId: { Ref: 'Api' },
        ResourceId: { Ref: 'Item' },
        HttpMethod: 'OPTIONS',
        Integration: { Type: 'MOCK' },
      },
    };
    template.Resources.Deployment!.DependsOn = ['Method', 'Preflight'];
    const throttles = (MethodSettings: object[]) => {
      set('Stage', { MethodSettings });
      return deploy().api.methods.map(({ throttle }) => throttle);
    };
    const all = { HttpMethod: '*', ResourcePath: '/*', ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 };
    const one = { HttpMethod: 'OPTIONS', ResourcePath: '/~1todo~1{id}' };
    expect(throttles([])).toEqual([undefined, undefined]);
    expect(throttles([all])).toEqual([
      { rate: 50, burst: 100 },
      { rate: 50, burst: 100 },
    ]);
    expect(throttles([all, { ...one, ThrottlingRateLimit: 5, ThrottlingBurstLimit: 10 }])).toEqual([
      { rate: 50, burst: 100 },
      { rate: 5, burst: 10 },
    ]);
    expect(throttles([{ ...one, LoggingLevel: 'ERROR' }, all])).toEqual([
      { rate: 50, burst: 100 },
      undefined,
    ]);
  });

  test('a validation expression that the whole value must match', () => {
    set('Authorizer', { IdentityValidationExpression: 'Bearer [a-z]+' });
    const regex = deploy().api.authorizers[0]!.validationRegex!;
    expect(regex.test('Bearer abc')).toBe(true);
    expect(regex.test('x Bearer abc')).toBe(false);
    expect(regex.test('Bearer abc.')).toBe(false);
  });

  test('gateway responses', () => {
    template.Resources.Denied = {
      Type: 'AWS::ApiGateway::GatewayResponse',
      Properties: {
        RestApiId: { Ref: 'Api' },
        ResponseType: 'ACCESS_DENIED',
        StatusCode: '401',
        ResponseParameters: { 'gatewayresponse.header.Vary': "'Origin'" },
        ResponseTemplates: { 'application/json': '{}' },
      },
    };
    template.Resources.Deployment!.DependsOn = ['Method', 'Denied'];
    expect(deploy().api.gatewayResponses).toEqual(
      new Map([
        [
          'ACCESS_DENIED',
          { statusCode: 401, headers: { Vary: "'Origin'" }, templates: { 'application/json': '{}' } },
        ],
      ]),
    );
  });

  describe('models of a body', () => {
    const named = { 'text/plain': 'Empty', $default: { Ref: 'Small' } };
    beforeEach(() => {
      const RestApiId = { Ref: 'Api' };
      const Schema = { $schema: 'http://json-schema.org/draft-04/schema#', type: 'object', maxProperties: 2 };
      template.Resources.Small = { Type: 'AWS::ApiGateway::Model', Properties: { RestApiId, Schema } };
      template.Resources.Validator = {
        Type: 'AWS::ApiGateway::RequestValidator',
        Properties: { RestApiId, ValidateRequestBody: true },
      };
    });

    test('that a request validator applies', () => {
      set('Method', { RequestModels: named, RequestValidatorId: { Ref: 'Validator' } });
      expect(deploy().api.methods[0]?.bodyModels).toEqual(
        new Map([
          ['text/plain', { isObject: false, minProperties: 0, maxProperties: Number.POSITIVE_INFINITY }],
          ['$default', { isObject: true, minProperties: 0, maxProperties: 2 }],
        ]),
      );
    });

    test('that nothing applies, because the method has no validator of bodies', () => {
      set('Method', { RequestModels: named });
      expect(deploy().api.methods[0]).not.toHaveProperty('bodyModels');
      set('Method', { RequestValidatorId: { Ref: 'Validator' } });
      set('Validator', { ValidateRequestBody: false });
      expect(deploy().api.methods[0]).not.toHaveProperty('bodyModels');
    });

    test.each([
      [{ RequestModels: { 'text/plain': 'Nothing' } }, 'the template has no model Nothing'],
      [{ RequestValidatorId: 'nothing' }, 'the template has no validator'],
    ])('that do not exist: %j', (properties, message) => {
      set('Method', properties);
      expect(deploy).toThrow(message);
    });

    test.each([
      [
        'Small',
        { Schema: { type: 'object', required: ['id'] } },
        'Schema.required is not implemented locally',
      ],
      ['Validator', { ValidateRequestParameters: true }, 'ValidateRequestParameters'],
    ])('unless something of %s is not implemented', (logicalId, properties, message) => {
      set(logicalId, properties);
      expect(deploy).toThrow(message);
    });
  });

  test('tables, with a fixed name or the configured name', () => {
    template.Resources.Table = {
      Type: 'AWS::DynamoDB::Table',
      Properties: { BillingMode: 'PAY_PER_REQUEST' },
    };
    set('Function', { Environment: { Variables: { TABLE: { Ref: 'Table' } } } });
    expect(deploy().tables).toEqual([
      { logicalId: 'Table', name: 'Test-Table', properties: { BillingMode: 'PAY_PER_REQUEST' } },
    ]);
    const renamed = deploy({ physicalNames: { Table: 'mine' } });
    expect(renamed.tables[0]?.name).toBe('mine');
    expect(renamed.functions[0]?.environment.TABLE).toBe('mine');
  });

  test('outputs and variables, with the local URL in place of the URL of the API', () => {
    const url = { 'Fn::Sub': 'https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}/${Stage}/' };
    template.Outputs = { Url: { Value: url }, Region: { Value: { Ref: 'AWS::Region' } } };
    set('Function', { Environment: { Variables: { URL: url } } });

    expect(deploy().outputs.Url).toMatch(
      /^https:\/\/[a-z0-9]{10}\.execute-api\.eu-central-1\.amazonaws\.com\/v1\/$/,
    );
    const { outputs, functions } = deploy({ apiUrl: 'http://localhost:3000', region: 'us-east-1' });
    expect(outputs).toEqual({ Url: 'http://localhost:3000/', Region: 'us-east-1' });
    expect(functions[0]?.environment.URL).toBe('http://localhost:3000/');
  });
});

describe('intrinsics', () => {
  function evaluate(value: unknown, options?: DeploymentOptions) {
    template.Outputs = { Value: { Value: value } };
    return deploy(options).outputs.Value;
  }

  test.each<[string, unknown, string]>([
    ['Ref of a pseudo parameter', { Ref: 'AWS::AccountId' }, '123456789012'],
    ['Ref of a function', { Ref: 'Function' }, 'Test-Function'],
    ['Ref of a stage', { Ref: 'Stage' }, 'v1'],
    ['Fn::GetAtt as a string', { 'Fn::GetAtt': 'Role.Arn' }, 'arn:aws:iam::123456789012:role/Test-Role'],
    ['Fn::Join', { 'Fn::Join': ['-', ['a', { Ref: 'AWS::Partition' }, 1]] }, 'a-aws-1'],
    [
      'Fn::Sub',
      { 'Fn::Sub': '${AWS::StackName} ${!kept} ${Function.Arn}' },
      'Test ${kept} arn:aws:lambda:eu-central-1:123456789012:function:Test-Function',
    ],
    [
      'Fn::Sub with variables',
      { 'Fn::Sub': ['${a}/${a}', { a: { Ref: 'AWS::Region' } }] },
      'eu-central-1/eu-central-1',
    ],
    ['Fn::Select of Fn::Split', { 'Fn::Select': ['1', { 'Fn::Split': [':', 'a:b:c'] }] }, 'b'],
  ])('%s', (_name, value, expected) => {
    expect(evaluate(value)).toBe(expected);
  });

  test('Fn::FindInMap', () => {
    template.Mappings = { Sizes: { 'eu-central-1': { small: 's' } } };
    expect(evaluate({ 'Fn::FindInMap': ['Sizes', { Ref: 'AWS::Region' }, 'small'] })).toBe('s');
    expect(() => evaluate({ 'Fn::FindInMap': ['Sizes', 'eu-central-1', 'big'] })).toThrow(
      'Sizes.eu-central-1.big',
    );
  });

  test('a parameter has its default or the given value', () => {
    template.Parameters = { Name: { Type: 'String', Default: 'a' } };
    expect(evaluate({ Ref: 'Name' })).toBe('a');
    expect(evaluate({ Ref: 'Name' }, { parameters: { Name: 'b' } })).toBe('b');
  });

  test('conditions select values and resources', () => {
    template.Conditions = {
      InEurope: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-central-1'] },
      Elsewhere: { 'Fn::Not': [{ Condition: 'InEurope' }] },
      Either: { 'Fn::Or': [{ Condition: 'InEurope' }, { Condition: 'Elsewhere' }] },
      Both: { 'Fn::And': [{ Condition: 'InEurope' }, { Condition: 'Elsewhere' }] },
    };
    template.Resources.Nowhere = { Type: 'AWS::EC2::Instance', Condition: 'Both' };
    expect(evaluate({ 'Fn::If': ['InEurope', 'yes', 'no'] })).toBe('yes');
    expect(evaluate({ 'Fn::If': ['Elsewhere', 'yes', 'no'] })).toBe('no');
    expect(evaluate({ 'Fn::If': ['Either', 'yes', 'no'] })).toBe('yes');
  });

  test('AWS::NoValue removes a property', () => {
    set('Function', { Timeout: { Ref: 'AWS::NoValue' } });
    expect(deploy().functions[0]?.timeoutSeconds).toBe(3);
  });

  test.each<[string, unknown, string]>([
    [
      'an intrinsic',
      { 'Fn::ImportValue': 'x' },
      'Outputs.Value: intrinsic Fn::ImportValue is not implemented',
    ],
    ['an attribute', { 'Fn::GetAtt': ['Function', 'Version'] }, 'Function.Version (AWS::Lambda::Function)'],
    ['a dynamic reference', '{{resolve:ssm:/x}}', 'dynamic reference'],
    ['a reference', { Ref: 'Nothing' }, 'Ref to Nothing'],
    ['an index', { 'Fn::Select': [3, ['a']] }, 'no element 3'],
    ['a condition', { 'Fn::If': ['Nothing', 1, 2] }, 'Conditions.Nothing'],
  ])('an unknown element causes an error that names it: %s', (_name, value, message) => {
    expect(() => evaluate(value)).toThrow(message);
  });

  test('a parameter without a value, or with a value in SSM, causes an error that names it', () => {
    template.Parameters = {
      A: { Type: 'String' },
      B: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/x' },
    };
    expect(() => evaluate({ Ref: 'A' })).toThrow('parameter A has no value');
    expect(() => evaluate({ Ref: 'B' })).toThrow('parameter B is read from SSM');
  });
});

describe('the deployment refuses, by name,', () => {
  test('an unknown resource type', () => {
    template.Resources.Queue = { Type: 'AWS::SQS::Queue' };
    expect(deploy).toThrow('Queue: resource type AWS::SQS::Queue is not implemented locally');
  });

  test('an unknown section of the template', () => {
    template.Transform = 'AWS::Serverless-2016-10-31';
    expect(deploy).toThrow('Transform');
  });

  test.each<[string, Record<string, unknown>, string]>([
    [
      'Function',
      { ReservedConcurrentExecutions: 1 },
      'Function (AWS::Lambda::Function): property ReservedConcurrentExecutions is not implemented',
    ],
    ['Function', { Runtime: 'python3.13' }, 'Function: runtime python3.13'],
    ['Function', { Code: { ZipFile: 'x' } }, 'Code.ZipFile'],
    ['Function', { Code: { S3Bucket: 'b', S3Key: 'other.zip' } }, 'other.zip is not a directory asset'],
    ['Function', { Environment: { Variables: { AWS_REGION: 'x' } } }, 'sets AWS_REGION'],
    ['Function', { Environment: { Variables: { KEYS: 'x'.repeat(4096) } } }, 'Lambda allows 4096'],
    ['Api', { Policy: {} }, 'property Policy is not implemented'],
    ['Stage', { CanarySetting: {} }, 'property CanarySetting is not implemented'],
    [
      'Stage',
      { MethodSettings: [{ HttpMethod: '*', ResourcePath: '/*', CachingEnabled: true }] },
      'CachingEnabled',
    ],
    [
      'Stage',
      { MethodSettings: [{ HttpMethod: 'PUT', ResourcePath: '/~1todo' }] },
      'MethodSettings name PUT /todo, which is no method',
    ],
    [
      'Stage',
      { MethodSettings: [{ HttpMethod: '*', ResourcePath: '/*', ThrottlingRateLimit: 50 }] },
      'a throttle without ThrottlingRateLimit or ThrottlingBurstLimit',
    ],
    ['Method', { AuthorizationType: 'AWS_IAM' }, 'AuthorizationType'],
    ['Method', { ApiKeyRequired: true }, 'ApiKeyRequired'],
    ['Method', { RequestValidatorId: 'x' }, 'RequestValidatorId'],
    ['Method', { AuthorizerId: 'other' }, 'no authorizer with this AuthorizerId'],
    ['Method', { Integration: { Type: 'HTTP_PROXY', Uri: 'https://example.com' } }, 'Integration'],
    ['Authorizer', { Type: 'REQUEST' }, 'property Type'],
    ['Authorizer', { IdentitySource: 'method.request.querystring.token' }, 'is not a request header'],
    ['Authorizer', { IdentityValidationExpression: '(' }, 'is not a regular expression'],
    ['Authorizer', { AuthorizerResultTtlInSeconds: 7200 }, 'AuthorizerResultTtlInSeconds'],
  ])('a property of %s: $2', (logicalId, properties, message) => {
    set(logicalId, properties);
    expect(deploy).toThrow(message);
  });

  test.each<[Record<string, unknown>, string]>([
    [{ ResponseType: 'NO_SUCH_TYPE' }, 'NO_SUCH_TYPE'],
    [{ StatusCode: '99' }, 'StatusCode'],
    [
      { ResponseParameters: { 'gatewayresponse.header.X': 'unquoted' } },
      'gatewayresponse.header.X: unquoted',
    ],
  ])('a gateway response with %j', (properties, message) => {
    template.Resources.Response = {
      Type: 'AWS::ApiGateway::GatewayResponse',
      Properties: { RestApiId: { Ref: 'Api' }, ResponseType: 'UNAUTHORIZED', ...properties },
    };
    template.Resources.Deployment!.DependsOn = ['Method', 'Response'];
    expect(deploy).toThrow(message);
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['a request template in VTL', { RequestTemplates: { 'application/json': '#set($x = 1)' } }, '#set'],
    ['a response template in VTL', { ResponseTemplates: { 'application/json': '$input.body' } }, 'VTL'],
    [
      'a mapping',
      { ResponseParameters: { 'method.response.header.A': 'integration.response.header.A' } },
      'integration.response.header.A',
    ],
    [
      'an undeclared header',
      { ResponseParameters: { 'method.response.header.B': "'b'" } },
      'no method response declares method.response.header.B',
    ],
    ['an undeclared status', { StatusCode: '299' }, 'no method response declares status 299'],
  ])('a mock integration with %s', (_name, { RequestTemplates, ...response }, message) => {
    set('Method', {
      Integration: {
        Type: 'MOCK',
        RequestTemplates: RequestTemplates ?? { 'application/json': '{ statusCode: 200 }' },
        IntegrationResponses: [{ StatusCode: '204', ...response }],
      },
      MethodResponses: [{ StatusCode: '204', ResponseParameters: { 'method.response.header.A': true } }],
    });
    expect(deploy).toThrow(message);
  });
});

describe('a rule of EventBridge', () => {
  const rule = (properties: object = {}) => {
    template.Resources.Rule = {
      Type: 'AWS::Events::Rule',
      Properties: {
        ScheduleExpression: 'rate(2 hours)',
        Targets: [{ Id: 'Target0', Arn: { 'Fn::GetAtt': ['Function', 'Arn'] } }],
        ...properties,
      },
    };
    template.Resources.RulePermission = {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: { 'Fn::GetAtt': ['Function', 'Arn'] },
        Principal: 'events.amazonaws.com',
        SourceArn: { 'Fn::GetAtt': ['Rule', 'Arn'] },
      },
    };
  };

  test('invokes its function at its rate', () => {
    rule();
    expect(deploy().schedules).toEqual([
      {
        logicalId: 'Rule',
        arn: 'arn:aws:events:eu-central-1:123456789012:rule/Test-Rule',
        intervalMs: 7_200_000,
        functionId: 'Function',
      },
    ]);
  });

  test('invokes nothing if it is disabled', () => {
    rule({ State: 'DISABLED' });
    expect(deploy().schedules).toEqual([]);
  });

  test('is refused if EventBridge has no permission to invoke the function', () => {
    rule();
    delete template.Resources.RulePermission;
    expect(deploy).toThrow('Rule: no AWS::Lambda::Permission allows events.amazonaws.com to invoke Function');
  });

  test('is refused if its schedule is not a rate', () => {
    rule({ ScheduleExpression: 'cron(0 * * * ? *)' });
    expect(deploy).toThrow('Rule: ScheduleExpression cron(0 * * * ? *) is not implemented locally');
  });
});

describe('the deployment refuses, like AWS,', () => {
  test('a method that the deployment does not depend on', () => {
    template.Resources.Deployment!.DependsOn = [];
    expect(deploy).toThrow('Deployment does not depend on Method');
  });

  test('a gateway response that the deployment does not depend on', () => {
    template.Resources.Response = {
      Type: 'AWS::ApiGateway::GatewayResponse',
      Properties: { RestApiId: { Ref: 'Api' }, ResponseType: 'UNAUTHORIZED' },
    };
    expect(deploy).toThrow('Deployment does not depend on Response');
  });

  test('a function that API Gateway has no permission to invoke', () => {
    delete template.Resources.Permission;
    expect(deploy).toThrow(
      'Authorizer: no AWS::Lambda::Permission allows apigateway.amazonaws.com to invoke Function',
    );
  });

  test.each([
    ['another method', '/v1/POST/todo'],
    ['another stage', '/v2/GET/todo'],
    ['another path', '/v1/GET/todos'],
  ])('a method whose permission is for %s', (_name, source) => {
    template.Resources.AuthorizerPermission = {
      ...template.Resources.Permission!,
      Properties: {
        ...template.Resources.Permission!.Properties,
        SourceArn: {
          'Fn::Sub': 'arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/authorizers/${Authorizer}',
        },
      },
    };
    set('Permission', {
      SourceArn: { 'Fn::Sub': `arn:aws:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${Api}${source}` },
    });
    expect(deploy).toThrow('Method: no AWS::Lambda::Permission');
  });
});
