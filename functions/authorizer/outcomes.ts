// The field `outcome` of the authorizer's log lines. The dashboard counts each of these.

/** Outcomes of a run. `refused` is a valid token without a user, `unauthorized` a token that may be good in a moment. */
export const authorizationOutcomes = ['allowed', 'refused', 'denied', 'unauthorized', 'failed'] as const;
export type AuthorizationOutcome = (typeof authorizationOutcomes)[number];

/**
 * Outcomes of a request to the authorization server. `refused` is a 401 or a 403, and `rate_limited` a 429. `failed` is
 * every other status than 200, and no valid response at all.
 */
export const requestOutcomes = ['ok', 'refused', 'rate_limited', 'failed'] as const;
export type RequestOutcome = (typeof requestOutcomes)[number];
