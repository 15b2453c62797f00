import { describe, expect, it } from 'vitest';
import { templateVariables } from '../bench/coldstart/events.ts';
import { synthesizeTemplate } from '../support/stack.ts';

describe('the environment of the functions in the benchmark', () => {
  const deployed: readonly Readonly<Record<string, unknown>>[] = Object.values(
    synthesizeTemplate().findResources('AWS::Lambda::Function'),
  ).map(({ Properties }) => Properties.Environment.Variables);

  it('has the variables of the template, and the keys of the tenant, which a deployment adds', () => {
    const names = new Set(deployed.flatMap((variables) => Object.keys(variables)));
    expect(Object.keys(templateVariables).sort()).toEqual([...names, 'AUTH0_JWKS'].sort());
  });

  it('has their values, except the name of the table, which CloudFormation chooses', () => {
    for (const { TABLE_NAME, ...literals } of deployed) expect(templateVariables).toMatchObject(literals);
  });
});
