// An Auth0 Action. It adds the email address of the user to the access tokens of this API, so that the API need not ask
// for it at /userinfo. functions/authorizer/identify.ts reads the claims. The Auth0 Deploy CLI replaces the names in @@.
// Source: https://auth0.com/docs/customize/actions/explore-triggers/signup-and-login-triggers/login-trigger

const audience = '@@API_AUDIENCE@@';
const namespace = '@@EMAIL_CLAIM_NAMESPACE@@';

exports.onExecutePostLogin = async (event, api) => {
  // Other APIs of the tenant have no use for the address.
  if (event.resource_server?.identifier !== audience || !event.user.email) return;
  api.accessToken.setCustomClaim(`${namespace}email`, event.user.email);
  api.accessToken.setCustomClaim(`${namespace}email_verified`, event.user.email_verified ?? false);
};
