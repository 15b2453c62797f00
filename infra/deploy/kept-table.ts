import { ConfigError } from '../../functions/config.ts';
import { hasSameShape, type TableShape } from '../local/dynamodb/tables.ts';

/** What the check needs of a CloudFormation template. */
export interface StackTemplate {
  readonly Resources?: Readonly<
    Record<
      string,
      {
        readonly Type: string;
        readonly DeletionPolicy?: string;
        readonly Properties?: TableShape & { readonly TableName?: unknown };
      }
    >
  >;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown }>>;
}

const MIGRATION = 'To change the table, copy its items to a new one: see infra/migrate/README.md.';

/**
 * Checks that a deployment keeps the table and its items. CloudFormation replaces a table whose logical id, name or key
 * schema changes by an empty one, and refuses a change of a local index.
 * Source: "Update requires" in AWS::DynamoDB::Table and AWS::DynamoDB::Table LocalSecondaryIndex.
 * @param deployed the template of the deployed stack
 * @param next the template that is about to be deployed
 * @throws {ConfigError} with a sentence that says what would happen, and what to do
 */
export function assertTableIsKept(deployed: StackTemplate, next: StackTemplate): void {
  const nextTables = tablesOf(next);
  const [existing, nextExisting] = [existingTableOf(deployed), existingTableOf(next)];
  if (existing !== undefined && nextExisting === undefined)
    throw new ConfigError(
      `The deployed stack uses the table ${existing}, and this deployment would create an empty one in its place. Set TABLE_NAME=${existing} to keep it.`,
    );
  for (const [logicalId, { DeletionPolicy, Properties = {} }] of tablesOf(deployed)) {
    const following = nextTables.get(logicalId);
    if (following === undefined) {
      if (DeletionPolicy !== 'Retain')
        throw new ConfigError(
          `This deployment would delete the table ${logicalId} of the stack, with all its items. ${MIGRATION} To try TABLE_NAME, use a stage that has no table yet.`,
        );
      if (nextExisting === undefined)
        throw new ConfigError(
          `This deployment would leave the table ${logicalId} behind, and create an empty one in its place. ${MIGRATION}`,
        );
      continue;
    }
    const { Properties: nextProperties = {} } = following;
    if (Properties.TableName !== nextProperties.TableName)
      throw new ConfigError(
        `This deployment changes the name of the table ${logicalId}. CloudFormation would replace it by an empty one. ${MIGRATION}`,
      );
    if (!hasSameShape(Properties, nextProperties))
      throw new ConfigError(
        `This deployment changes the key schema or a local index of the table ${logicalId}. CloudFormation would replace it by an empty one, or refuse the update. ${MIGRATION}`,
      );
  }
}

function tablesOf({ Resources = {} }: StackTemplate) {
  return new Map(Object.entries(Resources).filter(([, { Type }]) => Type === 'AWS::DynamoDB::Table'));
}

/** The table of the setting TABLE_NAME. A table that the stack creates is a reference in the output, not a text. */
function existingTableOf({ Outputs }: StackTemplate): string | undefined {
  const name = Outputs?.TableName?.Value;
  return typeof name === 'string' ? name : undefined;
}
