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
  /** Values of CloudFormation parameters, over their defaults. */
  parameters?: Record<string, string>;
  /** Physical names by logical id, over the template's. */
  physicalNames?: Record<string, string>;
  /** Where the API is reached; stands for `https://<id>.execute-api.…/<stage>` in outputs and environments. */
  apiUrl?: string;
}

/**
 * Reads a cloud assembly into what there is to deploy, checking what CloudFormation and API Gateway check.
 *
 * @param assemblyDir the output directory of `cdk synth`
 * @throws TemplateError naming whatever is not implemented locally or would not work on AWS: an intrinsic,
 *   a resource type or property, a missing Lambda permission, a method that the deployment leaves out
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
        throw new TemplateError(`${where}: Ref to ${name}, which the template does not declare`);
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
  // The default of such a parameter is a key of the Parameter Store, not its value.
  if (parameter.Type.startsWith('AWS::SSM::')) {
    throw new TemplateError(`${where}: parameter ${name} is read from SSM, which is not implemented locally`);
  }
  if (parameter.Default === undefined) throw new TemplateError(`${where}: parameter ${name} has no value`);
  return parameter.Default;
}
