import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { TableAction } from '../functions/routes.ts';
import { table } from '../functions/shared/table.ts';

export interface TableAccess {
  readonly actions: readonly TableAction[];
  readonly readsIndexes: boolean;
}

/** The one table, keyed and indexed as functions/shared/table.ts says. */
export class TodoTable extends Construct {
  readonly tableName: string;
  readonly #table: Table;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.#table = new Table(this, 'Table', {
      partitionKey: { name: table.partitionKey, type: AttributeType.STRING },
      sortKey: { name: table.sortKey, type: AttributeType.STRING },
      timeToLiveAttribute: table.expiry,
      billingMode: BillingMode.PAY_PER_REQUEST,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    for (const { name, sortKey, type } of Object.values(table.indexes)) {
      this.#table.addLocalSecondaryIndex({
        indexName: name,
        sortKey: { name: sortKey, type: type === 'N' ? AttributeType.NUMBER : AttributeType.STRING },
        projectionType: ProjectionType.INCLUDE,
        nonKeyAttributes: table.projected.filter((attribute) => attribute !== sortKey),
      });
    }
    this.tableName = this.#table.tableName;
  }

  /** Tells a function the name of the table, and lets it do these actions and no other. */
  grantAccess(grantee: LambdaFunction, { actions, readsIndexes }: TableAccess): void {
    const { tableArn } = this.#table;
    grantee.addEnvironment('TABLE_NAME', this.tableName);
    grantee.addToRolePolicy(
      new PolicyStatement({
        actions: actions.map((action) => `dynamodb:${action}`),
        resources: [
          tableArn,
          ...(readsIndexes
            ? [
                Stack.of(this).formatArn({
                  service: 'dynamodb',
                  resource: 'table',
                  resourceName: `${this.tableName}/index/*`,
                }),
              ]
            : []),
        ],
      }),
    );
  }
}
