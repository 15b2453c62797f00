import { ConfigError, isHostName, tenantOf } from '../../functions/config.ts';
import { product } from '../../functions/product.ts';
import { type AccountLinking, accountLinkings } from '../../functions/users/linking.ts';
import { type AwsSettings, readAwsSettings, requiredByAws } from './aws-settings.ts';
import {
  invalidSetting,
  readChoice,
  readFlag,
  readNumber,
  readPercent,
  readRequired,
  readText,
  readWholePercent,
  type Settings,
} from './settings.ts';
import { readStage, type Stage, type Throttle } from './stages.ts';

/** The settings of the API, parsed. */
export interface ApiConfig {
  readonly stage: Stage;
  readonly auth0Domain: string;
  /** The further names of the tenant, separated by commas. Their tokens are accepted too. */
  readonly auth0CustomDomains: string | undefined;
  readonly audience: string;
  /** Whether a token needs the scope that the route table names for its route. */
  readonly requireScopes: boolean;
  /**
   * The namespace of the custom claims `email` and `email_verified`, with its final slash. Tokens with these claims need
   * no /userinfo.
   */
  readonly emailClaimNamespace: string | undefined;
  /** A file with the tenant's JWK Set. Without it, the synthesis asks the tenant. */
  readonly jwksFile: string | undefined;
  /** The age at which the address of a user is compared with Auth0's again. */
  readonly profileMaxAgeHours: number;
  /** Which identities are one user. */
  readonly accountLinking: AccountLinking;
  /** The origins whose pages may call the API. A single `*` allows all. */
  readonly corsOrigins: readonly string[];
  /** Whether the API serves its own documentation, at /openapi.json and /docs. */
  readonly docs: boolean;
  /** The client id that /docs uses to sign users in. It is a public client with authorization code and PKCE. */
  readonly docsClientId: string | undefined;
  readonly domain: DomainSettings | undefined;
  readonly firewall: FirewallSettings | undefined;
  /** A table that exists, in place of one that the stack creates. */
  readonly tableName: string | undefined;
  /** Whether a release is gradual: infra/constructs/releases.ts. */
  readonly canary: boolean;
  readonly architecture: 'arm64' | 'x86_64';
  readonly throttle: Throttle;
  /** How many of a hundred requests X-Ray records, with at most two decimals. With 0, it records none. */
  readonly tracePercent: number;
  /** How many of a hundred successful requests the functions log. */
  readonly logSuccessPercent: number;
  /** Whether the stack creates the role that API Gateway uses to write logs. An account and region need one. */
  readonly createsGatewayLogRole: boolean;
}

/** The settings of a deployment, parsed. */
export interface DeploymentConfig extends ApiConfig, AwsSettings {}

/** The settings with what the synthesis adds. */
export interface StackConfig extends DeploymentConfig {
  /** The public keys of the tenant for the authorizer's environment, from signing-keys.ts. */
  readonly deployedKeys?: string | undefined;
}

/** AWS WAF in front of the API. */
export interface FirewallSettings {
  /** The number of requests of one IP address in five minutes above which the firewall refuses more. */
  readonly addressRateLimit: number;
  /** The same for one access token. */
  readonly tokenRateLimit: number;
  /** Whether rules about the form of a request block it: no User-Agent, a long query, path or cookie. */
  readonly isStrict: boolean;
}

/** A custom domain for the API, in a hosted zone of Route 53. */
export interface DomainSettings {
  readonly name: string;
  readonly certificateArn: string;
  readonly hostedZoneId: string;
  /** Whether the address that AWS gives is disabled. */
  readonly only: boolean;
}

/**
 * The path of the docs page, which has a section about each kind of problem. A custom domain serves the stage at its
 * root (infra/constructs/custom-domain.ts).
 */
export function docsPathOf({ stage, domain }: Pick<DeploymentConfig, 'stage' | 'domain'>): string {
  return domain === undefined ? `/${stage.name}/docs` : '/docs';
}

/** An office behind one address can have ten busy users. */
const DEFAULT_ADDRESS_RATE_LIMIT = 10_000;
const DEFAULT_TOKEN_RATE_LIMIT = 1_000;
/** Source: `Limit` of RateBasedStatement in the AWS WAFV2 API reference. */
const LOWEST_RATE_LIMIT = 10;
const DEFAULT_PROFILE_MAX_AGE_HOURS = 24;

/** The settings that every stage needs, with an example of each. */
const requiredByApi = {
  AUTH0_DOMAIN: 'your-tenant.eu.auth0.com',
  AUTH0_API_AUDIENCE: product.exampleAudience,
};

/**
 * Reads the settings of a deployment.
 * @param settings CDK context, or environment variables of the same names
 * @throws {ConfigError} with a sentence that names the invalid setting
 */
export function readConfig(settings: Settings): DeploymentConfig {
  // One sentence names everything that is missing.
  readRequired(settings, { ...requiredByApi, ...requiredByAws(readStage(settings('stage'))) });
  const api = readApiConfig(settings);
  return { ...api, ...readAwsSettings(settings, api.stage, api.domain?.certificateArn) };
}

/**
 * Reads the settings of the API, which do not depend on where it is deployed. The settings that decide who a user is
 * have no default.
 * @param settings CDK context, or environment variables of the same names
 * @throws {ConfigError} with a sentence that names the invalid setting
 */
export function readApiConfig(settings: Settings): ApiConfig {
  const stage = readStage(settings('stage'));
  const { AUTH0_DOMAIN: auth0Domain, AUTH0_API_AUDIENCE: audience } = readRequired(settings, requiredByApi);
  const auth0CustomDomains = settings('AUTH0_CUSTOM_DOMAINS')?.trim() || undefined;
  tenantOf(auth0Domain, auth0CustomDomains);
  const canary = readFlag(settings, 'CANARY', false);
  if (canary && !stage.isDurable)
    throw new ConfigError('CANARY is for the stage prod only, because its alarms need traffic.');
  return {
    stage,
    auth0Domain,
    auth0CustomDomains,
    audience,
    requireScopes: readFlag(settings, 'REQUIRE_SCOPES', false),
    emailClaimNamespace: readNamespace(settings),
    jwksFile: settings('AUTH0_JWKS_FILE') || undefined,
    profileMaxAgeHours: readNumber(settings, 'PROFILE_MAX_AGE_HOURS', DEFAULT_PROFILE_MAX_AGE_HOURS),
    accountLinking: readChoice(settings, 'ACCOUNT_LINKING', accountLinkings),
    corsOrigins: readOrigins(settings),
    docs: readFlag(settings, 'DOCS', true),
    docsClientId: readText(
      settings,
      'AUTH0_DOCS_CLIENT_ID',
      (value) => /^[\w-]{1,128}$/.test(value),
      'the client id of an Auth0 application',
    ),
    domain: readDomain(settings),
    firewall: readFirewall(settings),
    tableName: readTableName(settings, stage),
    canary,
    architecture: readChoice(settings, 'ARCHITECTURE', ['arm64', 'x86_64']),
    throttle: {
      rate: readNumber(settings, 'THROTTLE_RATE', stage.throttle.rate),
      burst: readNumber(settings, 'THROTTLE_BURST', stage.throttle.burst),
    },
    tracePercent: readPercent(settings, 'TRACE_PERCENT', stage.tracePercent),
    logSuccessPercent: readWholePercent(settings, 'LOG_SUCCESS_PERCENT', stage.logSuccessPercent),
    createsGatewayLogRole: readFlag(settings, 'CREATE_GATEWAY_LOG_ROLE', true),
  };
}

/**
 * An explicit `WAF=false` turns off a firewall whose other settings stay, as the runbook does for a false positive.
 * @throws {ConfigError} also when a setting of the firewall is set and `WAF` is not
 */
function readFirewall(settings: Settings): FirewallSettings | undefined {
  const readLimit = (name: string, byDefault: number) =>
    readNumber(settings, name, byDefault, { atLeast: LOWEST_RATE_LIMIT });
  const firewall = {
    addressRateLimit: readLimit('WAF_RATE_LIMIT', DEFAULT_ADDRESS_RATE_LIMIT),
    tokenRateLimit: readLimit('WAF_TOKEN_RATE_LIMIT', DEFAULT_TOKEN_RATE_LIMIT),
    isStrict: readFlag(settings, 'WAF_STRICT', false),
  };
  if (readFlag(settings, 'WAF', false)) return firewall;
  if (settings('WAF')) return undefined;
  const limit = ['WAF_RATE_LIMIT', 'WAF_TOKEN_RATE_LIMIT'].find((name) => settings(name));
  const unused = firewall.isStrict ? 'WAF_STRICT' : limit;
  if (unused !== undefined) throw new ConfigError(`${unused} needs WAF=true.`);
  return undefined;
}

/** Auth0 drops claims whose namespace is one of its own domains. */
const auth0Domains = /(^|\.)(auth0\.com|webtask\.(io|run))$/;

/**
 * A namespace is the part of a claim's name before `email`. Without its final slash, it is read as if it had one.
 * Source: https://auth0.com/docs/secure/tokens/json-web-tokens/create-custom-claims
 */
function readNamespace(settings: Settings): string | undefined {
  const isNamespace = (value: string) => {
    const host = /^https?:\/\/[^\s?#@]+$/.test(value) && URL.parse(value)?.hostname;
    return Boolean(host) && !auth0Domains.test(String(host));
  };
  const namespace = readText(
    settings,
    'AUTH0_EMAIL_CLAIM_NAMESPACE',
    isNamespace,
    'a URL that is not of Auth0, such as https://todo.example.com/',
  );
  return namespace?.replace(/\/?$/, '/');
}

/**
 * The name of a table in the account and region of the stack.
 * Source: "Naming rules" in "Supported data types and naming rules in Amazon DynamoDB".
 * @throws {ConfigError} also for the table that another stage created: two stages would share all users
 */
function readTableName(settings: Settings, stage: Stage): string | undefined {
  const name = readText(
    settings,
    'TABLE_NAME',
    (value) => /^[\w.-]{3,255}$/.test(value),
    'the name of a DynamoDB table, and not its ARN',
  );
  const owner = name?.match(createdTable)?.[1];
  if (owner !== undefined && owner !== stage.name)
    throw new ConfigError(`TABLE_NAME=${name} is the table of the stage ${owner}, not of ${stage.name}.`);
  return name;
}

/** CloudFormation begins the name of a table with the name of its stack. */
const createdTable = new RegExp(`^${product.name}-(prod|sandbox|dev-[a-z0-9]+)-`);

function readOrigins(settings: Settings): readonly string[] {
  const value = settings('CORS_ORIGINS') || '*';
  const origins = value.split(',').map((origin) => origin.trim());
  const isOrigin = (origin: string) => /^https?:/.test(origin) && URL.parse(origin)?.origin === origin;
  if (value !== '*' && !origins.every(isOrigin)) {
    throw invalidSetting(
      'CORS_ORIGINS',
      '* or origins such as https://app.example.com, separated by commas',
      value,
    );
  }
  return [...new Set(origins)];
}

const certificateArn = /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/;

/** @throws {ConfigError} when some settings of a domain are missing, such as a certificate without a name */
function readDomain(settings: Settings): DomainSettings | undefined {
  const parts = {
    name: readText(settings, 'DOMAIN_NAME', isHostName, 'a host name such as api.example.com'),
    certificateArn: readText(
      settings,
      'CERTIFICATE_ARN',
      (value) => certificateArn.test(value),
      "the ARN of an ACM certificate in the API's region",
    ),
    hostedZoneId: readText(
      settings,
      'HOSTED_ZONE_ID',
      (value) => /^Z[A-Z0-9]{1,31}$/.test(value),
      'the id of a Route 53 hosted zone',
    ),
  };
  const only = readFlag(settings, 'DOMAIN_ONLY', false);
  const { name, certificateArn: certificate, hostedZoneId } = parts;
  if (name !== undefined && certificate !== undefined && hostedZoneId !== undefined) {
    return { name, certificateArn: certificate, hostedZoneId, only };
  }
  if (only) throw new ConfigError('DOMAIN_ONLY=true needs DOMAIN_NAME, CERTIFICATE_ARN and HOSTED_ZONE_ID.');
  if (Object.values(parts).every((part) => part === undefined)) return undefined;
  throw new ConfigError(
    'DOMAIN_NAME, CERTIFICATE_ARN and HOSTED_ZONE_ID belong together. Set all of them or none.',
  );
}
