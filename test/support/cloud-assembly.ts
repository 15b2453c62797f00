// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders are those of Fn::Sub
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TestResource {
  Type: string;
  Properties?: Record<string, unknown>;
  DependsOn?: string | string[];
  Condition?: string;
}

export interface TestTemplate {
  Resources: Record<string, TestResource>;
  [section: string]: unknown;
}

/** Creates a folder, and gives a function that removes it. */
export function temporaryFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'local-aws-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/**
 * Writes files, and creates the folders that are missing.
 * @param files the content of each file, by its path in the folder
 */
export function writeFiles(folder: string, files: Record<string, string>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
}

/** Writes the cloud assembly of one stack, as `cdk synth` does. Its name is Test, and its one asset is `code/`. */
export function writeAssembly(folder: string, template: TestTemplate): void {
  writeFiles(folder, {
    'manifest.json': JSON.stringify({
      artifacts: {
        'Test.assets': { type: 'cdk:asset-manifest', properties: { file: 'Test.assets.json' } },
        Test: { type: 'aws:cloudformation:stack', properties: { templateFile: 'Test.template.json' } },
      },
    }),
    'Test.assets.json': JSON.stringify({
      files: {
        code: {
          source: { path: 'code', packaging: 'zip' },
          destinations: { here: { objectKey: 'code.zip' } },
        },
      },
    }),
    'Test.template.json': JSON.stringify(template),
    'code/index.mjs': 'export const handler = async () => ({ statusCode: 200 });\n',
  });
}

const functionUri = {
  'Fn::Sub': 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Function.Arn}/invocations',
};

/** The smallest template that can be deployed: `GET /todo` with a TOKEN authorizer. One function serves as both. */
export function minimalTemplate(): TestTemplate {
  const RestApiId = { Ref: 'Api' };
  return {
    Resources: {
      Function: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          Code: { S3Bucket: 'assets', S3Key: 'code.zip' },
          Handler: 'index.handler',
          Runtime: 'nodejs24.x',
          Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        },
      },
      Role: { Type: 'AWS::IAM::Role', Properties: {} },
      Permission: {
        Type: 'AWS::Lambda::Permission',
        Properties: {
          Action: 'lambda:InvokeFunction',
          FunctionName: { 'Fn::GetAtt': ['Function', 'Arn'] },
          Principal: 'apigateway.amazonaws.com',
        },
      },
      Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'Api' } },
      Todo: {
        Type: 'AWS::ApiGateway::Resource',
        Properties: { RestApiId, ParentId: { 'Fn::GetAtt': ['Api', 'RootResourceId'] }, PathPart: 'todo' },
      },
      Method: {
        Type: 'AWS::ApiGateway::Method',
        Properties: {
          RestApiId,
          ResourceId: { Ref: 'Todo' },
          HttpMethod: 'GET',
          AuthorizationType: 'CUSTOM',
          AuthorizerId: { Ref: 'Authorizer' },
          Integration: { Type: 'AWS_PROXY', IntegrationHttpMethod: 'POST', Uri: functionUri },
        },
      },
      Authorizer: {
        Type: 'AWS::ApiGateway::Authorizer',
        Properties: {
          RestApiId,
          Type: 'TOKEN',
          AuthorizerUri: functionUri,
          IdentitySource: 'method.request.header.Authorization',
        },
      },
      Deployment: {
        Type: 'AWS::ApiGateway::Deployment',
        Properties: { RestApiId },
        DependsOn: ['Method'],
      },
      Stage: {
        Type: 'AWS::ApiGateway::Stage',
        Properties: { RestApiId, DeploymentId: { Ref: 'Deployment' }, StageName: 'v1' },
      },
    },
  };
}
