import type { APIGatewayAuthorizerResult } from 'aws-lambda';
import {
  type AuthorizerContext,
  type Caller,
  type RefusedCaller,
  toAuthorizerContext,
} from '../http/caller.ts';
import type { TokenError } from './errors.ts';

/** The question that API Gateway asked. */
export interface AuthorizationRequest {
  readonly methodArn: string;
  /** Of this run of the authorizer: requests that show the same one in the access log share a cached policy. */
  readonly authorizationId: string;
}

/** Lets the caller in, and tells the routes who it is. */
export function allow(
  request: AuthorizationRequest,
  caller: Caller | RefusedCaller,
): APIGatewayAuthorizerResult {
  const principal = 'userId' in caller ? caller.userId : 'none';
  return policy('Allow', request, principal, toAuthorizerContext(caller));
}

/** Keeps a bad token out, and tells the gateway's answer why. */
export function deny(request: AuthorizationRequest, error: TokenError): APIGatewayAuthorizerResult {
  return policy('Deny', request, 'none', { fault: error.fault, reason: error.message });
}

/**
 * A policy for all methods of the stage: API Gateway caches it by the token and reuses it for other methods, so
 * one for a single method would refuse the second one that the token is used with.
 * Source: "Output from an API Gateway Lambda authorizer" in the API Gateway developer guide.
 */
function policy(
  effect: 'Allow' | 'Deny',
  { methodArn, authorizationId }: AuthorizationRequest,
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
    context: { ...context, authorization_id: authorizationId },
  };
}
