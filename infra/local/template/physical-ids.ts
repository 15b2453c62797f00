import { createHash } from 'node:crypto';
import type { Template } from './assembly.ts';
import { TemplateError } from './template-error.ts';

export interface Account {
  region: string;
  accountId: string;
}

export interface PhysicalIds {
  /** Gives the value of `Ref` for a resource. */
  ref(logicalId: string): string | undefined;
  getAtt(logicalId: string, attribute: string, where: string): string;
}

/** The property with the name of a resource, by its type. */
const nameProperties: Record<string, string> = {
  'AWS::ApiGateway::Model': 'Name',
  'AWS::ApiGateway::Stage': 'StageName',
  'AWS::CloudWatch::Dashboard': 'DashboardName',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::Events::Rule': 'Name',
  'AWS::IAM::Role': 'RoleName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Logs::LogGroup': 'LogGroupName',
};

type ArnFormat = (account: Account, name: string) => string;

const arnFormats: Record<string, ArnFormat> = {
  'AWS::DynamoDB::Table': ({ region, accountId }, name) =>
    `arn:aws:dynamodb:${region}:${accountId}:table/${name}`,
  'AWS::Events::Rule': ({ region, accountId }, name) => `arn:aws:events:${region}:${accountId}:rule/${name}`,
  'AWS::IAM::Role': ({ accountId }, name) => `arn:aws:iam::${accountId}:role/${name}`,
  'AWS::Lambda::Function': ({ region, accountId }, name) =>
    `arn:aws:lambda:${region}:${accountId}:function:${name}`,
  'AWS::Logs::LogGroup': ({ region, accountId }, name) =>
    `arn:aws:logs:${region}:${accountId}:log-group:${name}:*`,
};

/**
 * Makes physical ids in the form of CloudFormation. They are the same at each deployment, so that a table still has
 * its name after a restart.
 *
 * @param options.physicalNames names by logical id, which replace those of the template
 */
export function createPhysicalIds(options: {
  template: Template;
  stackName: string;
  account: Account;
  physicalNames: Record<string, string>;
  resolve: (value: unknown, where: string) => unknown;
}): PhysicalIds {
  const { template, stackName, account, physicalNames, resolve } = options;

  function ref(logicalId: string): string | undefined {
    const resource = template.Resources[logicalId];
    if (resource === undefined) return undefined;
    if (resource.Type === 'AWS::ApiGateway::RestApi') return apiGatewayId(logicalId, 10);
    if (resource.Type === 'AWS::Lambda::Alias') return aliasArn(logicalId, resource.Properties);
    const nameProperty = nameProperties[resource.Type];
    if (nameProperty !== undefined) {
      const named = resolve(resource.Properties[nameProperty], `${logicalId}.${nameProperty}`);
      return physicalNames[logicalId] ?? (named === undefined ? `${stackName}-${logicalId}` : String(named));
    }
    if (resource.Type.startsWith('AWS::ApiGateway::')) return apiGatewayId(logicalId, 6);
    return `${stackName}-${logicalId}`;
  }

  function aliasArn(logicalId: string, { FunctionName, Name }: Record<string, unknown>): string {
    const name = resolve(FunctionName, `${logicalId}.FunctionName`);
    const { region, accountId } = account;
    return `arn:aws:lambda:${region}:${accountId}:function:${name}:${resolve(Name, `${logicalId}.Name`)}`;
  }

  function getAtt(logicalId: string, attribute: string, where: string): string {
    const type = template.Resources[logicalId]?.Type;
    const name = ref(logicalId);
    if (type === undefined || name === undefined) {
      throw new TemplateError(`${where}: Fn::GetAtt of ${logicalId}, but the template does not declare it`);
    }
    const arn = arnFormats[type];
    if (attribute === 'Arn' && arn !== undefined) return arn(account, name);
    if (type === 'AWS::ApiGateway::RestApi' && attribute === 'RestApiId') return name;
    if (type === 'AWS::ApiGateway::RestApi' && attribute === 'RootResourceId')
      return rootResourceId(logicalId);
    throw new TemplateError(
      `${where}: Fn::GetAtt ${logicalId}.${attribute} (${type}) is not implemented locally`,
    );
  }

  return { ref, getAtt };
}

export function rootResourceId(restApiLogicalId: string): string {
  return apiGatewayId(`${restApiLogicalId}/`, 10);
}

/** The ids of API Gateway have lower-case letters and digits. */
function apiGatewayId(seed: string, length: number): string {
  const digest = createHash('sha256').update(seed).digest('hex');
  return BigInt(`0x${digest}`).toString(36).slice(0, length);
}
