import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  type ITable,
  ProjectionType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { table } from '../../functions/dynamodb/keys.ts';
import type { TableAction } from '../../functions/routes.ts';
import { type IndexName, indexes, type LocalIndex } from '../../functions/table.ts';
import type { Stage } from '../config/stages.ts';
import { acknowledge } from './acknowledge.ts';

export interface TableAccess {
  /** The actions on the table itself. */
  readonly actions: readonly TableAction[];
  /** The indexes that the function queries. */
  readonly indexes?: readonly IndexName[];
}

export interface AppTableProps {
  readonly stage: Stage;
  /** A table that exists, in place of one that the stack creates. */
  readonly tableName: string | undefined;
}

/**
 * The one table of the product. The stack creates it, or uses one that exists. A restored table is such a one, because
 * DynamoDB restores to a new table that no stack owns: infra/RUNBOOK.md.
 */
export class AppTable extends Construct {
  readonly tableName: string;
  readonly #table: Pick<ITable, 'tableName' | 'tableArn'>;

  constructor(scope: Construct, id: string, { stage, tableName }: AppTableProps) {
    super(scope, id);
    this.#table =
      tableName === undefined ? createTable(this, stage) : Table.fromTableName(this, 'Existing', tableName);
    this.tableName = this.#table.tableName;
  }

  /**
   * Allows a function these actions, and sets its `TABLE_NAME` and the read with which it primes itself. There is no
   * condition on partition keys (dynamodb:LeadingKeys), because a function serves every user under one role.
   */
  grantAccess(grantee: LambdaFunction, { actions, indexes: queried = [] }: TableAccess): void {
    const { tableArn } = this.#table;
    const allow = (allowed: readonly TableAction[], resources: string[]) =>
      grantee.addToRolePolicy(
        new PolicyStatement({ actions: allowed.map((action) => `dynamodb:${action}`), resources }),
      );
    grantee.addEnvironment('TABLE_NAME', this.tableName);
    for (const [name, value] of Object.entries(primingVariables(actions, queried)))
      grantee.addEnvironment(name, value);
    allow(actions, [tableArn]);
    if (queried.length > 0)
      allow(
        ['Query'],
        queried.map((name) => `${tableArn}/index/${name}`),
      );
  }
}

/** The variables that functions/dynamodb/priming.ts reads: a read that the function is granted, if there is one. */
function primingVariables(
  actions: readonly TableAction[],
  [index]: readonly IndexName[],
): Readonly<Record<string, string>> {
  const action = (['GetItem', 'Query'] as const).find((each) => actions.includes(each));
  if (action) return { PRIMING_ACTION: action };
  return index ? { PRIMING_ACTION: 'Query', PRIMING_INDEX: index } : {};
}

/** Creates the table. functions/dynamodb/keys.ts declares its keys, and functions/table.ts its indexes. */
function createTable(scope: Construct, { isDurable }: Stage): Table {
  const created = new Table(scope, 'Table', {
    partitionKey: { name: table.partitionKey, type: AttributeType.STRING },
    sortKey: { name: table.sortKey, type: AttributeType.STRING },
    timeToLiveAttribute: table.expiry,
    billingMode: BillingMode.PAY_PER_REQUEST,
    // CloudTrail records each use of a KMS key. DynamoDB's own key costs nothing and leaves no record.
    encryption: isDurable ? TableEncryption.AWS_MANAGED : TableEncryption.DEFAULT,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: isDurable },
    deletionProtection: isDurable,
    // RETAIN also holds for a first deployment that fails. CloudFormation cannot delete a protected table then.
    removalPolicy: isDurable ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  });
  if (!isDurable)
    acknowledge(created, 'DDB3', 'A sandbox holds no data worth recovering, and is deleted as a whole.');
  for (const [indexName, { sortKey, type }] of Object.entries<LocalIndex>(indexes)) {
    created.addLocalSecondaryIndex({
      indexName,
      sortKey: { name: sortKey, type: type === 'N' ? AttributeType.NUMBER : AttributeType.STRING },
      // A local index can never be changed, so it must not depend on the attributes that items have today.
      projectionType: ProjectionType.ALL,
    });
  }
  return created;
}
