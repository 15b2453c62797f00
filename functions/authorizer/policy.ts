import type { APIGatewayAuthorizerResult } from 'aws-lambda';
import { type Caller, type CallerContext, type RefusedCaller, toCallerContext } from '../http/caller.ts';
import { bearerChallenge } from '../http/challenge.ts';
import { type ProblemKind, problemFragment } from '../http/problem-kinds.ts';
import type { TokenError } from './errors.ts';

/** The request of API Gateway for a policy. */
export interface PolicyRequest {
  readonly methodArn: string;
  /**
   * Names this run of the authorizer: the first characters of its request id. Requests with the same id in the access
   * log share a cached policy.
   */
  readonly authorizationId: string;
}

/** The policy that lets the caller in, and tells the routes who calls. */
export function allow(request: PolicyRequest, caller: Caller | RefusedCaller): APIGatewayAuthorizerResult {
  const principal = caller.kind === 'user' ? caller.userId : 'none';
  return policy('Allow', request, principal, toCallerContext(caller));
}

/** The policy that keeps a bad token out, and tells the gateway response why (infra/constructs/gateway-responses.ts). */
export function deny(request: PolicyRequest, error: TokenError): APIGatewayAuthorizerResult {
  return policy('Deny', request, 'none', {
    reason_code: error.code,
    reason: error.message,
    problem: problemFragment(kindOf(error)),
    challenge: bearerChallenge({
      error: error.code === 'malformed_header' ? 'invalid_request' : 'invalid_token',
      description: error.message,
    }),
  });
}

function kindOf({ code }: TokenError): ProblemKind {
  if (code === 'malformed_header') return 'malformed_authorization';
  return code === 'expired' ? 'token_expired' : 'invalid_token';
}

/**
 * A policy for all methods of the stage. API Gateway caches it by the token and uses it for other methods too. A
 * policy for one method would refuse the next method that the client calls.
 * Source: "Output from an API Gateway Lambda authorizer" in the API Gateway developer guide.
 */
function policy(
  effect: 'Allow' | 'Deny',
  { methodArn, authorizationId }: PolicyRequest,
  principalId: string,
  context: CallerContext,
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
