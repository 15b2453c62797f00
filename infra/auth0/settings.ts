import { ConfigError, issuerOf } from '../../functions/config.ts';
import { product, scopes } from '../../functions/product.ts';
import { readApiConfig } from '../config/config.ts';
import { invalidSetting, readText, type Settings } from '../config/settings.ts';
import { UserError } from '../local/user-error.ts';

/** The settings of `npm run auth0:deploy`. */
export interface TenantSettings {
  readonly domain: string;
  /** The client that may use the Management API, and its secret. */
  readonly clientId: string;
  readonly clientSecret: string;
  /** The Action that adds the email claims; undefined when the API does not read these claims. */
  readonly actionName: string | undefined;
  /** The values that the Auth0 Deploy CLI puts into the files of this folder, by their keywords. */
  readonly keywords: Readonly<Record<string, unknown>>;
}

/** The environment variables that only this command reads, for `--help`. */
export const tenantEnvironment: Readonly<Record<string, string>> = {
  AUTH0_DOMAIN: 'Domain of the tenant. Required.',
  AUTH0_API_AUDIENCE: 'Identifier of the API. Required.',
  AUTH0_CLIENT_ID: 'Client id of an application that may use the Management API. Required.',
  AUTH0_CLIENT_SECRET: 'Its secret. It is never stored or printed. Required.',
  AUTH0_EMAIL_CLAIM_NAMESPACE: 'Namespace of the email claims. Default: no Action adds them.',
  API_URL:
    'Address of the deployed API (the output ApiUrl), for the sign-in on its docs page. Default: DOMAIN_NAME.',
  CORS_ORIGINS: 'Origins of your front ends, separated by commas. Default: only front ends on this machine.',
  stage: 'The stage. Default: sandbox. Only prod registers no front end on this machine.',
};

/** The ports of `npm start`, of `npm run spa`, and of the development servers of Angular and Vite. */
const LOCAL_PORTS = [3000, 3002, 4200, 5173];
const localOrigins = LOCAL_PORTS.flatMap((port) => [`http://localhost:${port}`, `http://127.0.0.1:${port}`]);
/** The docs page of `npm start`. */
const localApis = ['http://localhost:3000', 'http://127.0.0.1:3000'];

/**
 * Reads the settings of the stack, and those of the Management API. So the tenant and the stack agree on the audience,
 * the scopes and the namespace.
 * @throws {ConfigError} with a sentence that names the invalid setting
 * @throws {UserError} when the domain is the local issuer
 */
export function readTenantSettings(settings: Settings): TenantSettings {
  const { auth0Domain, audience, stage, emailClaimNamespace, domain, corsOrigins } = readApiConfig(settings);
  if (!issuerOf(auth0Domain).startsWith('https:')) {
    throw new UserError('The local issuer has no Management API: set AUTH0_DOMAIN to a tenant.');
  }
  // Auth0 always asks for consent on localhost, and a page on a user's machine must get no token of prod.
  const isLocalAllowed = !stage.isDurable;
  const apis = [
    ...[domain && `https://${domain.name}`, readApiUrl(settings)].filter((url) => url !== undefined),
    ...(isLocalAllowed ? localApis : []),
  ];
  const frontEnds = [
    ...corsOrigins.filter((origin) => origin !== '*'),
    ...(isLocalAllowed ? localOrigins : []),
  ];
  const origins = [...new Set([...apis.map((url) => new URL(url).origin), ...frontEnds])];
  if (origins.length === 0) {
    throw new ConfigError(
      `The stage ${stage.name} has no front end: set API_URL to the address of the API, or CORS_ORIGINS to the origins of your pages.`,
    );
  }
  const actionName = emailClaimNamespace && `${product.name}-${stage.name}-email-claims`;
  return {
    domain: auth0Domain,
    clientId: readCredential(settings, 'AUTH0_CLIENT_ID', 'client id'),
    clientSecret: readCredential(settings, 'AUTH0_CLIENT_SECRET', 'client secret'),
    actionName,
    keywords: {
      API_NAME: product.title,
      API_AUDIENCE: audience,
      API_SCOPES: Object.entries(scopes).map(([value, description]) => ({ value, description })),
      FRONT_END_NAME: `${product.title} front ends (${stage.name})`,
      PASSWORD_CLIENT_NAME: `${product.title} tests (${stage.name})`,
      CALLBACKS: [...apis.map((url) => `${url}/docs/oauth2-redirect.html`), ...frontEnds],
      LOGOUT_URLS: [...apis.map((url) => `${url}/docs`), ...frontEnds],
      WEB_ORIGINS: origins,
      ...(emailClaimNamespace && { ACTION_NAME: actionName, EMAIL_CLAIM_NAMESPACE: emailClaimNamespace }),
    },
  };
}

/** A part of the credentials. The CDK needs none of them, and they do not belong into its context. */
function readCredential(settings: Settings, name: string, part: string): string {
  const value = settings(name)?.trim();
  if (value) return value;
  throw new ConfigError(
    `${name} is not set. Set it in the environment to the ${part} of an application that may use the Management API.`,
  );
}

/** The address of the deployed API without its final slash, as the stack prints it. */
function readApiUrl(settings: Settings): string | undefined {
  const expected = 'the https address of the API, such as the output ApiUrl of the stack';
  const value = readText(settings, 'API_URL', (text) => URL.parse(text)?.protocol === 'https:', expected);
  if (value === undefined) return undefined;
  const { search, hash, href } = new URL(value);
  if (search || hash) throw invalidSetting('API_URL', expected, value);
  return href.replace(/\/+$/, '');
}
