import type { APIGatewayTokenAuthorizerHandler } from 'aws-lambda';
import type { TakeColdStart } from '../observability/cold-start.ts';
import type { Log } from '../observability/logger.ts';
import { NotYetAcceptableError, TokenError } from './errors.ts';
import type { Identify } from './identify.ts';
import type { AuthorizationOutcome } from './outcomes.ts';
import { allow, deny } from './policy.ts';
import type { TokenVerifier } from './verify-token.ts';

export interface AuthorizerDependencies {
  readonly verifyToken: TokenVerifier;
  readonly identify: Identify;
  readonly log: Log;
  readonly takeColdStart: TakeColdStart;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** The error message that API Gateway turns into a 401. Any other message is a failure of the authorizer. */
const UNAUTHORIZED = 'Unauthorized';

/**
 * How much of the invocation's id names the run of the authorizer in the access log. Eight hexadecimal digits tell
 * the runs of some minutes apart, and each line of the access log has them.
 */
const ID_LENGTH = 8;

/**
 * Makes the TOKEN authorizer. It has four outcomes:
 *
 * - A valid token gets a policy that allows. The routes refuse a valid token without a user, and say why.
 * - A bad token gets a policy that denies.
 * - A token that may be good in a moment is "Unauthorized". API Gateway does not cache this.
 * - When nothing can be said about the token, the authorizer throws. API Gateway does not cache this either.
 *
 * Source: "Use API Gateway Lambda authorizers" in the API Gateway developer guide.
 */
export function createAuthorizer(dependencies: AuthorizerDependencies): APIGatewayTokenAuthorizerHandler {
  const { verifyToken, identify, log, takeColdStart, now } = dependencies;

  return async ({ authorizationToken, methodArn }, context) => {
    const startedAt = now();
    const request = { methodArn, authorizationId: context.awsRequestId.slice(0, ID_LENGTH) };
    const outcomeOf = (outcome: AuthorizationOutcome, fields: Readonly<Record<string, unknown>> = {}) => ({
      request_id: context.awsRequestId,
      latency_ms: now() - startedAt,
      outcome,
      ...fields,
      ...takeColdStart(),
    });

    try {
      const token = bearerToken(authorizationToken);
      const caller = await identify(await verifyToken(token), token);
      if (caller.kind === 'refused')
        log.info('authorization', outcomeOf('refused', { reason: caller.refusal }));
      else log.info('authorization', outcomeOf('allowed', { user_id: caller.userId }));
      return allow(request, caller);
    } catch (error) {
      if (error instanceof TokenError) {
        log.info('authorization', outcomeOf('denied', { reason: error.code }));
        return deny(request, error);
      }
      if (error instanceof NotYetAcceptableError) {
        log.warn('authorization', outcomeOf('unauthorized', { reason: error.code }));
        throw new Error(UNAUTHORIZED);
      }
      log.error('authorization', outcomeOf('failed', { error }));
      throw new Error('The token could not be checked', { cause: error });
    }
  };
}

const bearer = /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i;

/** The token of an `Authorization` header (RFC 6750 §2.1). */
function bearerToken(header: string): string {
  const token = bearer.exec(header)?.[1];
  if (token === undefined) throw new TokenError('malformed_header');
  return token;
}
