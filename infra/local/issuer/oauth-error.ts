/** A refusal in OAuth's own terms (RFC 6749 §5.2), with the status that Auth0 gives it. */
export class OAuthError extends Error {
  override readonly name = 'OAuthError';
  readonly status: number;
  readonly code: string;
  readonly details: Readonly<Record<string, string>>;

  /** `details` are further members of the error's body, such as `error_uri`. */
  constructor(status: number, code: string, description: string, details: Record<string, string> = {}) {
    super(description);
    this.status = status;
    this.code = code;
    this.details = details;
  }

  /** The error as the body of a JSON answer. */
  body(): Record<string, string> {
    return { error: this.code, error_description: this.message, ...this.details };
  }
}

/** The refusal of a request that lacks `parameter`: 400 `invalid_request`. */
export function missingParameter(parameter: string): OAuthError {
  return new OAuthError(400, 'invalid_request', `Missing required parameter: ${parameter}`);
}
