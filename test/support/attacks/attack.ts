import { TokenError, type TokenErrorCode } from '../../../functions/authorizer/errors.ts';
import type { Forge } from '../token-forge.ts';

/** One thing to send that must not get in. */
export interface Attack {
  readonly name: string;
  /** The header lines to send. */
  readonly headerLines: (forge: Forge) => string[];
  /** The `detail` of the answer. */
  readonly detail: string;
}

/** The gateway's answer without a reason: to what is no token, and to what may be good in a moment. */
export const NO_REASON = 'A valid access token is needed, sent as Authorization: Bearer <token>.';

/** A token in its proper place, which the authorizer denies with this code. */
export function denied(name: string, code: TokenErrorCode, token: (forge: Forge) => string): Attack {
  return {
    name,
    headerLines: (forge) => [`Authorization: Bearer ${token(forge)}`],
    detail: new TokenError(code).message,
  };
}

/** A token in its proper place, refused without a reason. */
export function unauthorized(name: string, token: (forge: Forge) => string): Attack {
  return { ...denied(name, 'malformed', token), detail: NO_REASON };
}

/** Headers that hold no token for the gateway. */
export function unreadable(name: string, headerLines: Attack['headerLines']): Attack {
  return { name, headerLines, detail: NO_REASON };
}
