import { CloudFormationClient, GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { type CloudFormationStackArtifact, EnvironmentPlaceholders } from 'aws-cdk-lib/cx-api';
import { ConfigError, type Environment } from '../../functions/config.ts';
import { assertUsableTable } from './existing-table.ts';
import { assertTableIsKept, type StackTemplate } from './kept-table.ts';

/** What the CDK gives in an artifact for a stack that is pinned to no account and region. */
const UNKNOWN = /^unknown-/;

/**
 * Compares the table of a synthesized stack with the deployed one. `npm run deploy` does this between the synthesis and
 * the deployment. Without credentials nothing is compared.
 * @param stack the synthesized stack
 * @param tableName the setting TABLE_NAME
 * @param environment has the variables that the CDK CLI sets for the app: CDK_DEFAULT_ACCOUNT and CDK_DEFAULT_REGION
 * @throws {ConfigError} when the deployment would lose the table, or the deployed stack cannot be read
 */
export async function compareTables(
  stack: CloudFormationStackArtifact,
  tableName: string | undefined,
  { environment, print }: { readonly environment: Environment; readonly print: (sentence: string) => void },
): Promise<void> {
  const { CDK_DEFAULT_ACCOUNT, CDK_DEFAULT_REGION } = environment;
  if (!CDK_DEFAULT_ACCOUNT) {
    print('The table of the deployed stack was not compared, because there are no AWS credentials.');
    return;
  }
  const region = UNKNOWN.test(stack.environment.region) ? CDK_DEFAULT_REGION : stack.environment.region;
  const account = UNKNOWN.test(stack.environment.account) ? CDK_DEFAULT_ACCOUNT : stack.environment.account;
  const credentials = await assumeLookupRole(stack, { account, region });
  const options = { ...(region && { region }), ...(credentials && { credentials }) };
  try {
    const deployed = await readTemplate(new CloudFormationClient(options), stack.stackName);
    if (deployed !== undefined) assertTableIsKept(deployed, stack.template);
    if (tableName !== undefined)
      await assertUsableTable(new DynamoDBClient(options), tableName, `${account}/${region}`);
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    throw new ConfigError(
      `The table of the deployed stack could not be read (${reason}). Name a profile in AWS_PROFILE, or allow cloudformation:GetTemplate and dynamodb:DescribeTable. "npx cdk deploy" deploys without this check.`,
    );
  }
}

/**
 * The credentials of the role that the CDK's bootstrap stack has for reading an account at the synthesis. Undefined when
 * it may not be assumed: then those of the person who deploys are used.
 */
async function assumeLookupRole(
  { lookupRole }: CloudFormationStackArtifact,
  { account, region }: { readonly account: string; readonly region: string | undefined },
) {
  if (!lookupRole || !region) return undefined;
  const values = { accountId: account, region, partition: partitionOf(region) };
  const RoleArn = EnvironmentPlaceholders.replace(lookupRole.arn, values);
  try {
    const { Credentials } = await new STSClient({ region }).send(
      new AssumeRoleCommand({ RoleArn, RoleSessionName: 'compare-tables' }),
    );
    if (!Credentials?.AccessKeyId || !Credentials.SecretAccessKey) return undefined;
    return {
      accessKeyId: Credentials.AccessKeyId,
      secretAccessKey: Credentials.SecretAccessKey,
      ...(Credentials.SessionToken && { sessionToken: Credentials.SessionToken }),
    };
  } catch {
    return undefined;
  }
}

function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

async function readTemplate(
  client: CloudFormationClient,
  stackName: string,
): Promise<StackTemplate | undefined> {
  try {
    const { TemplateBody = '{}' } = await client.send(
      new GetTemplateCommand({ StackName: stackName, TemplateStage: 'Original' }),
    );
    return JSON.parse(TemplateBody);
  } catch (error) {
    // CloudFormation has no type of error for a stack that does not exist.
    if (error instanceof Error && error.name === 'ValidationError' && /does not exist/.test(error.message))
      return undefined;
    throw error;
  }
}
