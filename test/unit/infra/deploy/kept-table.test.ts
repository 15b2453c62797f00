import { describe, expect, it } from 'vitest';
import { assertTableIsKept, type StackTemplate } from '../../../../infra/deploy/kept-table.ts';

const key = (AttributeName: string, KeyType: 'HASH' | 'RANGE') => ({ AttributeName, KeyType });
const properties = {
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' as const },
    { AttributeName: 'sk', AttributeType: 'S' as const },
    { AttributeName: 'day', AttributeType: 'N' as const },
  ],
  KeySchema: [key('pk', 'HASH'), key('sk', 'RANGE')],
  LocalSecondaryIndexes: [
    {
      IndexName: 'byDay',
      KeySchema: [key('pk', 'HASH'), key('day', 'RANGE')],
      Projection: { ProjectionType: 'ALL' as const },
    },
  ],
};
type Properties = NonNullable<NonNullable<StackTemplate['Resources']>[string]['Properties']>;

const withTable = (
  changed: Properties = {},
  logicalId = 'Table1',
  DeletionPolicy = 'Retain',
): StackTemplate => ({
  Resources: {
    [logicalId]: {
      Type: 'AWS::DynamoDB::Table',
      DeletionPolicy,
      Properties: { ...properties, ...changed },
    },
    Role: { Type: 'AWS::IAM::Role' },
  },
  Outputs: { TableName: { Value: { Ref: logicalId } } },
});
const withExisting = (name: string): StackTemplate => ({ Outputs: { TableName: { Value: name } } });

const [byDay] = properties.LocalSecondaryIndexes;
const pkAndSk = properties.AttributeDefinitions.slice(0, 2);
const indexes = (...changed: object[]) =>
  ({ LocalSecondaryIndexes: changed.map((each) => ({ ...byDay, ...each })) }) as Properties;

describe('a deployment', () => {
  it.each<[string, StackTemplate, StackTemplate]>([
    ['with the same table', withTable(), withTable()],
    ['of another protection', withTable(), withTable({ ...properties }, 'Table1', 'Delete')],
    [
      'with the indexes in another order',
      withTable(indexes({}, { IndexName: 'b' })),
      withTable(indexes({ IndexName: 'b' }, {})),
    ],
    ['of the first table', {}, withTable()],
    [
      'with a second table',
      withTable(),
      { Resources: { ...withTable().Resources, ...withTable({}, 'Table2').Resources } },
    ],
    ['with TABLE_NAME, of a stack that keeps its own table', withTable(), withExisting('todos-restored')],
    ['with the same TABLE_NAME', withExisting('todos-restored'), withExisting('todos-restored')],
    ['with another TABLE_NAME', withExisting('todos-restored'), withExisting('todos')],
  ])('%s goes on', (_name, deployed, next) => {
    expect(() => assertTableIsKept(deployed, next)).not.toThrow();
  });

  it.each<[string, StackTemplate, StackTemplate, RegExp]>([
    [
      'with another sort key',
      withTable(),
      withTable({ KeySchema: [key('pk', 'HASH'), key('id', 'RANGE')] }),
      /^This deployment changes the key schema or a local index of the table Table1\. CloudFormation would replace it/,
    ],
    [
      'with another type of a key',
      withTable(),
      withTable({ AttributeDefinitions: [...pkAndSk, { AttributeName: 'day', AttributeType: 'S' }] }),
      /^This deployment changes the key schema or a local index of the table Table1\./,
    ],
    [
      'with a new local index',
      withTable(),
      withTable(indexes({}, { IndexName: 'b' })),
      /a local index of the table Table1/,
    ],
    [
      'without a local index',
      withTable(),
      withTable({ LocalSecondaryIndexes: [] }),
      /a local index of the table Table1/,
    ],
    [
      'with another projection',
      withTable(),
      withTable(indexes({ Projection: { ProjectionType: 'KEYS_ONLY' } })),
      /a local index of the table Table1/,
    ],
    [
      'with a name',
      withTable(),
      withTable({ TableName: 'todos' }),
      /changes the name of the table Table1\. .* an empty one/,
    ],
    [
      'with another logical id',
      withTable(),
      withTable({}, 'Table2'),
      /^This deployment would leave the table Table1 behind, and create an empty one in its place\. .*infra\/migrate\/README\.md/,
    ],
    [
      'without the table of a sandbox',
      withTable({}, 'Table1', 'Delete'),
      withExisting('todos-restored'),
      /^This deployment would delete the table Table1 of the stack, with all its items\./,
    ],
    [
      'without the TABLE_NAME of the last one',
      withExisting('todos-restored'),
      withTable(),
      /^The deployed stack uses the table todos-restored, .* Set TABLE_NAME=todos-restored to keep it\.$/,
    ],
  ])('%s is refused', (_name, deployed, next, sentence) => {
    expect(() => assertTableIsKept(deployed, next)).toThrow(sentence);
  });
});
