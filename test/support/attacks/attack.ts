import { TokenError, type TokenErrorCode } from '../../../functions/authorizer/errors.ts';
import type { Forge } from '../token-forge.ts';

/** A request that must be refused. */
export interface Attack {
  readonly name: string;
  /** The header lines to send. */
  readonly headerLines: (forge: Forge) => string[];
  /** The `detail` of the response. */
  readonly detail: string;
}

/** The `detail` of a 401 without a reason. It is sent without a token, and for a token that may soon be valid. */
export const NO_REASON = 'A valid access token is needed, sent as Authorization: Bearer <token>.';

/** An attack with a token in the Authorization header. The authorizer denies it with this code. */
export function denied(name: string, code: TokenErrorCode, token: (forge: Forge) => string): Attack {
  return {
    name,
    headerLines: (forge) => [`Authorization: Bearer ${token(forge)}`],
    detail: new TokenError(code).message,
  };
}

/** An attack with a token in the Authorization header. It is refused without a reason. */
export function unauthorized(name: string, token: (forge: Forge) => string): Attack {
  return { ...denied(name, 'malformed', token), detail: NO_REASON };
}
