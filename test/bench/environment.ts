import { AUTHORIZER_ID } from '../../infra/build/bundle.ts';
import { synthesizeTemplate } from '../support/stack.ts';
import { deployedKeys } from './coldstart/events.ts';

export const REGION = 'eu-central-1';
export const TABLE = 'todos';

/** What Lambda sets in every function. */
const lambdaVariables = {
  AWS_REGION: REGION,
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_SESSION_TOKEN: 'session',
  AWS_LAMBDA_LOG_FORMAT: 'JSON',
};

/**
 * The environment variables of a function: those of Lambda, and those of the template for a stage with the default
 * settings. The authorizer also has the keys of the tenant, which a deployment fetches.
 * @throws Error when the template has no such function, or a variable whose value only CloudFormation knows
 */
export function environmentOf(functionId: string): Record<string, string> {
  const functions = Object.entries(synthesizeTemplate().findResources('AWS::Lambda::Function'));
  const [, found] = functions.find(([id]) => id.slice(0, -HASH_LENGTH) === functionId) ?? [];
  if (found === undefined) throw new Error(`The template has no function ${functionId}.`);
  const { TABLE_NAME, ...literals } = found.Properties.Environment.Variables;
  for (const [name, value] of Object.entries(literals)) {
    if (typeof value !== 'string')
      throw new Error(`The benchmark has no value for ${name} of ${functionId}.`);
  }
  return {
    ...lambdaVariables,
    ...literals,
    ...(TABLE_NAME !== undefined && { TABLE_NAME: TABLE }),
    ...(functionId === AUTHORIZER_ID && { AUTH0_JWKS: JSON.stringify(deployedKeys) }),
  };
}

/** The CDK ends a logical id with a hash of this many characters. */
const HASH_LENGTH = 8;
