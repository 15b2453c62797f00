/**
 * The parameters that an issuer adds to the address of the callback page (RFC 6749 §4.1.2, RFC 9207, OpenID Connect
 * Session Management §2). The script of the page reads them, and no function does.
 */
export const redirectParameters = [
  'code',
  'state',
  'iss',
  'session_state',
  'error',
  'error_description',
  'error_uri',
] as const;
