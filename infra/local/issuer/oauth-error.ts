/** An error response of OAuth (RFC 6749 §5.2), with the status that Auth0 uses. */
export class OAuthError extends Error {
  override readonly name = 'OAuthError';
  readonly status: number;
  readonly code: string;
  readonly details: Readonly<Record<string, string>>;

  /** @param details more members of the error's body, such as `error_uri` */
  constructor(status: number, code: string, description: string, details: Record<string, string> = {}) {
    super(description);
    this.status = status;
    this.code = code;
    this.details = details;
  }

  /** The error as the body of a JSON response. */
  body(): Record<string, string> {
    return { error: this.code, error_description: this.message, ...this.details };
  }
}

/** The error of a request without a required parameter: 400 `invalid_request`. */
export function missingParameter(parameter: string): OAuthError {
  return new OAuthError(400, 'invalid_request', `Missing required parameter: ${parameter}`);
}
