import { type EndpointHandler, json } from './http.ts';
import { oidcScopes } from './scopes.ts';
import type { SigningKeys } from './signing-keys.ts';

/** As Auth0 sends it with its keys and its configuration. */
const cached = { 'Cache-Control': 'public, max-age=15, stale-while-revalidate=15, stale-if-error=86400' };

/** Makes GET /.well-known/jwks.json (RFC 7517 §5). */
export function createJwksEndpoint(keys: SigningKeys): EndpointHandler {
  return () => json(200, keys.publicJwks(), cached);
}

/** Makes GET /.well-known/openid-configuration (OIDC Discovery §3). It lists only what this issuer supports. */
export function createDiscoveryEndpoint(options: {
  grantTypes: readonly string[];
  apiScopes: readonly string[];
}): EndpointHandler {
  const configurationOf = (issuer: string) => ({
    issuer,
    authorization_endpoint: `${issuer}authorize`,
    token_endpoint: `${issuer}oauth/token`,
    revocation_endpoint: `${issuer}oauth/revoke`,
    userinfo_endpoint: `${issuer}userinfo`,
    jwks_uri: `${issuer}.well-known/jwks.json`,
    end_session_endpoint: `${issuer}oidc/logout`,
    scopes_supported: [...oidcScopes, ...options.apiScopes],
    response_types_supported: ['code'],
    response_modes_supported: ['query', 'web_message'],
    grant_types_supported: options.grantTypes,
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
    code_challenge_methods_supported: ['S256'],
    claims_supported: [
      'aud',
      'email',
      'email_verified',
      'exp',
      'iat',
      'iss',
      'name',
      'nickname',
      'picture',
      'sid',
      'sub',
      'updated_at',
    ],
    request_parameter_supported: false,
    request_uri_parameter_supported: false,
  });
  return ({ issuer }) => json(200, configurationOf(issuer), cached);
}
