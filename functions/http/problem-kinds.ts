/**
 * The kinds of problems that functions and the gateway respond with: one kind for each cause that a client must tell
 * apart. infra/openapi/problem-kinds.ts says of each what it means and what to do. The title only names the status.
 */
export const problemKinds = {
  invalid_request: { status: 400, title: 'Bad Request' },
  request_refused: { status: 400, title: 'Request Refused' },
  token_required: { status: 401, title: 'Unauthorized' },
  malformed_authorization: { status: 401, title: 'Unauthorized' },
  token_expired: { status: 401, title: 'Unauthorized' },
  invalid_token: { status: 401, title: 'Unauthorized' },
  insufficient_scope: { status: 403, title: 'Forbidden' },
  machine_token: { status: 403, title: 'Forbidden' },
  profile_missing: { status: 403, title: 'Forbidden' },
  profile_unavailable: { status: 403, title: 'Forbidden' },
  blocked_at_issuer: { status: 403, title: 'Forbidden' },
  user_blocked: { status: 403, title: 'Forbidden' },
  email_missing: { status: 403, title: 'Forbidden' },
  email_malformed: { status: 403, title: 'Forbidden' },
  email_unverified: { status: 403, title: 'Forbidden' },
  connection_unverified: { status: 403, title: 'Forbidden' },
  no_room_for_identity: { status: 403, title: 'Forbidden' },
  forbidden: { status: 403, title: 'Forbidden' },
  blocked_by_firewall: { status: 403, title: 'Forbidden' },
  not_found: { status: 404, title: 'Not Found' },
  unknown_route: { status: 404, title: 'Not Found' },
  storage_full: { status: 409, title: 'Conflict' },
  stale_version: { status: 412, title: 'Precondition Failed' },
  content_too_large: { status: 413, title: 'Content Too Large' },
  unsupported_media_type: { status: 415, title: 'Unsupported Media Type' },
  idempotency_key_reused: { status: 422, title: 'Unprocessable Content' },
  precondition_required: { status: 428, title: 'Precondition Required' },
  too_many_requests: { status: 429, title: 'Too Many Requests' },
  internal_error: { status: 500, title: 'Internal Server Error' },
  service_unavailable: { status: 503, title: 'Service Unavailable' },
  gateway_timeout: { status: 504, title: 'Gateway Timeout' },
} as const;

export type ProblemKind = keyof typeof problemKinds;

/** The fragment that names a kind in `type`, and the id of its section on the docs page. */
export function problemFragment(kind: ProblemKind): string {
  return kind.replaceAll('_', '-');
}

/**
 * The `type` of a problem: the section about its kind on the docs page. RFC 9457 §3.1.1 recommends a relative
 * reference to have the full path.
 * @param docsPath the path of the docs page, such as `/sandbox/docs`
 * @example problemType('/sandbox/docs', 'stale_version') // '/sandbox/docs#stale-version'
 */
export function problemType(docsPath: string, kind: ProblemKind): string {
  return `${docsPath}#${problemFragment(kind)}`;
}
