import type { APIGatewayAuthorizerResult } from 'aws-lambda';
import {
  type AuthorizerContext,
  type Caller,
  type RefusedCaller,
  toAuthorizerContext,
} from '../shared/caller.ts';
import type { TokenError } from './errors.ts';

/** Lets the caller in, and tells the routes who it is. */
export function allow(methodArn: string, caller: Caller | RefusedCaller): APIGatewayAuthorizerResult {
  const principal = 'userId' in caller ? caller.userId : 'none';
  return policy('Allow', methodArn, principal, toAuthorizerContext(caller));
}

/** Keeps a bad token out, and tells the gateway's answer why. */
export function deny(methodArn: string, error: TokenError): APIGatewayAuthorizerResult {
  return policy('Deny', methodArn, 'none', { fault: error.fault, reason: error.message });
}

/**
 * A policy for all methods of the stage: API Gateway caches it by the token and reuses it for other methods, so
 * one for a single method would refuse the second one that the token is used with.
 * Source: "Output from an API Gateway Lambda authorizer" in the API Gateway developer guide.
 */
function policy(
  effect: 'Allow' | 'Deny',
  methodArn: string,
  principalId: string,
  context: AuthorizerContext,
): APIGatewayAuthorizerResult {
  const [apiArn, stage] = methodArn.split('/');
  return {
    principalId,
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: effect, Action: 'execute-api:Invoke', Resource: `${apiArn}/${stage}/*` }],
    },
    context: { ...context },
  };
}
