import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { describe, expect, it } from 'vitest';
import { readStage } from '../../infra/config/stages.ts';
import { AppTable, type TableAccess } from '../../infra/constructs/table.ts';

/** The environment variables and the grants of a function with this access. */
function grant(access: TableAccess) {
  const stack = new Stack(new App(), 'Test');
  const handler = new LambdaFunction(stack, 'Function', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = () => {};'),
  });
  new AppTable(stack, 'Table', { stage: readStage('sandbox'), tableName: 'todos' }).grantAccess(
    handler,
    access,
  );
  const template = Template.fromStack(stack);
  const [lambda] = Object.values(template.findResources('AWS::Lambda::Function'));
  const [policy] = Object.values(template.findResources('AWS::IAM::Policy'));
  const { TABLE_NAME: _, ...variables } = lambda!.Properties.Environment.Variables;
  const [{ Action: actions }] = policy!.Properties.PolicyDocument.Statement;
  return { variables, actions };
}

describe('the read with which a function primes itself', () => {
  it.each<[TableAccess, object]>([
    [{ actions: ['Query', 'GetItem'], indexes: ['byDay'] }, { PRIMING_ACTION: 'GetItem' }],
    [{ actions: ['Query', 'DeleteItem'], indexes: ['byDay'] }, { PRIMING_ACTION: 'Query' }],
    [
      { actions: ['PutItem'], indexes: ['byText', 'byDay'] },
      { PRIMING_ACTION: 'Query', PRIMING_INDEX: 'byText' },
    ],
    [{ actions: ['PutItem', 'UpdateItem'] }, {}],
  ])('is one that it is granted: of %j, %j', (access, variables) => {
    expect(grant(access).variables).toEqual(variables);
  });

  it('adds no grant', () => {
    expect(grant({ actions: ['PutItem'] }).actions).toBe('dynamodb:PutItem');
    expect(grant({ actions: ['GetItem'] }).actions).toBe('dynamodb:GetItem');
  });
});
