import { type ProblemKind, problemFragment, problemKinds } from '../../functions/http/problem-kinds.ts';

/** What the API reference says about a kind of problem. */
export interface ProblemKindDescription {
  /** What follows `#` in the `type` of a problem. The docs page has a section with this id. */
  readonly fragment: string;
  readonly status: number;
  readonly title: string;
  /** What happened, in Markdown. */
  readonly meaning: string;
  /** What a client can do, in Markdown. */
  readonly remedy: string;
}

const descriptions: Readonly<Record<ProblemKind, Pick<ProblemKindDescription, 'meaning' | 'remedy'>>> = {
  invalid_request: {
    meaning: 'The path, the query, a header or the body is invalid. Nothing was changed.',
    remedy: 'Correct what `errors` and `detail` name.',
  },
  request_refused: {
    meaning:
      'API Gateway could not read the request, such as a malformed address, or a query with a raw `|`, `{` or `}`. No route saw the request.',
    remedy: 'Check the address and the headers.',
  },
  token_required: {
    meaning:
      'The request has no access token: there is no `Authorization` header, or its scheme is not `Bearer`. The same response means that the token is not accepted yet: its signing key is not published, or its time has not come.',
    remedy:
      'Send `Authorization: Bearer <token>`. If you did, try again in a minute, and then get a new token.',
  },
  malformed_authorization: {
    meaning: 'The scheme of the `Authorization` header is `Bearer`, and what follows is not one token.',
    remedy: 'Send `Authorization: Bearer <token>`.',
  },
  token_expired: {
    meaning: 'The access token has expired.',
    remedy: 'Get a new token, and send the request again.',
  },
  invalid_token: {
    meaning: 'The access token is not one that this API accepts. `detail` says why.',
    remedy: 'Get a token from the issuer for the audience of this API.',
  },
  insufficient_scope: {
    meaning: 'The token lacks the scope that `WWW-Authenticate` names.',
    remedy: 'Ask the user for the scope, and get a new token.',
  },
  machine_token: {
    meaning: 'The token was issued to a machine. It has no user to act for.',
    remedy: 'Let a user sign in.',
  },
  profile_missing: {
    meaning: 'The token does not let the API read the profile and the email address of its user.',
    remedy: 'Get a new token with the scopes `openid` and `email`.',
  },
  profile_unavailable: {
    meaning: 'The issuer has no profile for the user of the token. The account may be deleted there.',
    remedy: 'Let the user sign in again.',
  },
  blocked_at_issuer: {
    meaning: 'The account is blocked at the issuer.',
    remedy: 'Its administrator can unblock it.',
  },
  user_blocked: {
    meaning: 'An operator of this API blocked the user.',
    remedy: 'An operator can let the user in again. Signing in again changes nothing.',
  },
  email_missing: {
    meaning: 'The API finds users by their email address, and the account has none.',
    remedy: 'Let the user add an address at the issuer, and sign in again.',
  },
  email_malformed: {
    meaning: 'The email address of the account is malformed.',
    remedy: 'Let the user correct the address at the issuer, and sign in again.',
  },
  email_unverified: {
    meaning: 'The email address of the account is not verified.',
    remedy: 'Let the user verify the address, and sign in again.',
  },
  connection_unverified: {
    meaning:
      'The email address of the account is not verified, and its connection does not verify addresses.',
    remedy: 'An administrator of the issuer can change that.',
  },
  no_room_for_identity: {
    meaning:
      'The account is a new one of a user whose data have reached 10 GB, and there is no room to link it.',
    remedy: 'Let the user sign in as before and delete something. After that, sign in again.',
  },
  forbidden: {
    meaning: 'The request has no complete authorization. The API is not deployed correctly.',
    remedy: 'Tell the operator of the API the `request_id`.',
  },
  blocked_by_firewall: {
    meaning: 'The firewall refused the request, because it looks like an attack.',
    remedy: 'If the request is a usual one, tell the operator of the API the `request_id`.',
  },
  not_found: {
    meaning: 'You have no such resource. It does not exist, it was deleted, or it is another user’s.',
    remedy: 'Get the id from a list.',
  },
  unknown_route: {
    meaning: 'The API has no such path, or the path does not have this method.',
    remedy: 'Compare the request with the API description.',
  },
  storage_full: {
    meaning: 'The data of one user cannot be larger than 10 GB, and yours are. Nothing was added.',
    remedy: 'Delete something, and send the request again.',
  },
  stale_version: {
    meaning:
      'A precondition does not hold: the resource has changed since you read it, or `If-None-Match` names its state. Nothing was changed.',
    remedy: 'Get the resource again, repeat your change, and send the new `ETag` in `If-Match`.',
  },
  content_too_large: {
    meaning: 'The request is too large.',
    remedy: 'Send less.',
  },
  unsupported_media_type: {
    meaning: 'The body is not JSON, its charset is not UTF-8, or it is compressed.',
    remedy: 'Send UTF-8 with `Content-Type: application/json`, and no `Content-Encoding`.',
  },
  idempotency_key_reused: {
    meaning: 'The `Idempotency-Key` was used with another body. Nothing was changed.',
    remedy: 'Use a new key for a new request, and the same body for a repeated one.',
  },
  precondition_required: {
    meaning: 'The request needs an `If-Match` header. Nothing was changed.',
    remedy: 'Get the resource, and send its `ETag` in `If-Match`.',
  },
  too_many_requests: {
    meaning: 'All callers together sent too many requests.',
    remedy: 'Wait for the seconds in `Retry-After`, and send the request again.',
  },
  internal_error: {
    meaning:
      'The API failed. The status is 500, or 502 if the function crashed. A write may have taken effect.',
    remedy: 'If it happens again, tell the operator of the API the `request_id`.',
  },
  service_unavailable: {
    meaning: 'The issuer or the database cannot be reached.',
    remedy: 'Wait for the seconds in `Retry-After`, and send the request again.',
  },
  gateway_timeout: {
    meaning: 'The request took too long. It may still take effect.',
    remedy:
      'Wait for the seconds in `Retry-After`, and send the request again. A `POST` with an `Idempotency-Key` creates nothing twice.',
  },
};

/** Every kind of problem, in the order of the statuses. The API description and the docs page show it. */
export const describedProblemKinds: readonly ProblemKindDescription[] = Object.entries(problemKinds).map(
  ([kind, { status, title }]) => ({
    fragment: problemFragment(kind as ProblemKind),
    status,
    title,
    ...descriptions[kind as ProblemKind],
  }),
);
