import type { Deployment } from '../deployment-spec.ts';
import { readAssembly, type Template } from './assembly.ts';
import { readFunctions } from './functions.ts';
import { createResolver } from './intrinsics.ts';
import { type Account, createPhysicalIds } from './physical-ids.ts';
import { readResources } from './resources.ts';
import { readApi } from './rest-api.ts';
import { readSchedules } from './schedules.ts';
import { TemplateError } from './template-error.ts';

export interface DeploymentOptions {
  region?: string;
  accountId?: string;
  /** Values of CloudFormation parameters. They replace the defaults. */
  parameters?: Record<string, string>;
  /** Physical names by logical id. They replace those of the template. */
  physicalNames?: Record<string, string>;
  /** The local URL of the API. It replaces `https://<id>.execute-api.…/<stage>` in outputs and environments. */
  apiUrl?: string;
}

/**
 * Reads a cloud assembly, and makes the checks of CloudFormation and API Gateway.
 *
 * @param assemblyDir the output directory of `cdk synth`
 * @throws {TemplateError} when something is not implemented locally (an intrinsic function, a resource type, a
 *   property), or would not work on AWS (a missing Lambda permission, a method without a deployment). The message
 *   names it.
 */
export function readDeployment(assemblyDir: string, options: DeploymentOptions = {}): Deployment {
  const account: Account = {
    region: options.region ?? 'eu-central-1',
    accountId: options.accountId ?? '123456789012',
  };
  const { stackName, template, assetDirectory } = readAssembly(assemblyDir);

  const parameters = pseudoParameters(stackName, account);
  const physicalIds = createPhysicalIds({
    template,
    stackName,
    account,
    physicalNames: options.physicalNames ?? {},
    resolve: (value, where) => resolver.resolve(value, where),
  });
  const resolver = createResolver(template, {
    getAtt: physicalIds.getAtt,
    ref: (name, where) => {
      const value =
        parameters[name] ??
        physicalIds.ref(name) ??
        options.parameters?.[name] ??
        defaultOf(template, name, where);
      if (value === undefined)
        throw new TemplateError(`${where}: Ref to ${name}, but the template does not declare it`);
      return value;
    },
  });
  const resources = readResources(template, resolver);

  const functions = readFunctions({ resources, account, physicalIds, assetDirectory });
  const api = readApi({ resources, account, physicalIds, functions });
  const schedules = readSchedules({ resources, physicalIds, functions });
  const tables = resources.ofType('AWS::DynamoDB::Table').map(({ logicalId, properties }) => ({
    logicalId,
    name: physicalIds.ref(logicalId) ?? logicalId,
    properties,
  }));

  const awsUrl = `https://${api.id}.execute-api.${account.region}.amazonaws.com/${api.stageName}`;
  const localize = (text: string) =>
    options.apiUrl === undefined ? text : text.replaceAll(awsUrl, options.apiUrl);

  const outputs: Record<string, string> = {};
  for (const [name, { Value, Condition }] of Object.entries(template.Outputs)) {
    if (Condition !== undefined && !resolver.isTrue(Condition)) continue;
    outputs[name] = localize(String(resolver.resolve(Value, `Outputs.${name}`)));
  }
  for (const { environment } of functions) {
    for (const [name, value] of Object.entries(environment)) environment[name] = localize(value);
  }
  return { ...account, functions, api, tables, schedules, outputs };
}

function pseudoParameters(stackName: string, { region, accountId }: Account): Record<string, unknown> {
  return {
    'AWS::AccountId': accountId,
    'AWS::NotificationARNs': [],
    'AWS::Partition': 'aws',
    'AWS::Region': region,
    'AWS::StackId': `arn:aws:cloudformation:${region}:${accountId}:stack/${stackName}/00000000-0000-4000-8000-000000000000`,
    'AWS::StackName': stackName,
    'AWS::URLSuffix': 'amazonaws.com',
  };
}

function defaultOf(template: Template, name: string, where: string): unknown {
  const parameter = template.Parameters[name];
  if (parameter === undefined) return undefined;
  // The default of such a parameter is a key in the Parameter Store.
  if (parameter.Type.startsWith('AWS::SSM::')) {
    throw new TemplateError(`${where}: parameter ${name} is read from SSM, which is not implemented locally`);
  }
  if (parameter.Default === undefined) throw new TemplateError(`${where}: parameter ${name} has no value`);
  return parameter.Default;
}
