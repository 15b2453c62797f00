import { CfnResource } from 'aws-cdk-lib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import cdk from '../../cdk.json' with { type: 'json' };
import { createStack, everySetting, production } from '../support/stack.ts';

describe('the validation of the CDK', { tags: 'long' }, () => {
  beforeEach(() => vi.stubEnv('CDK_VALIDATION', undefined));
  afterEach(() => vi.unstubAllEnvs());

  it.each([
    ['a sandbox', {}],
    ['production', production],
    ['a stage with every setting', everySetting],
  ])('finds no error in the template of %s', (_stage, settings) => {
    const { app } = createStack(settings, cdk.context);
    expect(() => app.synth()).not.toThrow();
  });

  it('finds a property that does not exist', () => {
    const { app, stack } = createStack({}, cdk.context);
    new CfnResource(stack, 'Wrong', { type: 'AWS::SNS::Topic', properties: { Misspelt: 'x' } });
    expect(() => app.synth()).toThrow(
      "Additional properties are not allowed ('Misspelt' was unexpected) (CloudFormation Validate)",
    );
  });
});
