import { ConfigError, isHostName, issuerOf } from '../../functions/config.ts';
import {
  malformed,
  readChoice,
  readFlag,
  readNumber,
  readRequired,
  readText,
  type Settings,
} from './settings.ts';
import { readKeyFile } from './signing-keys.ts';
import { readStage, type Stage, type Throttle } from './stages.ts';

/** The settings of a deployment, parsed. */
export interface DeploymentConfig {
  readonly stage: Stage;
  readonly auth0Domain: string;
  readonly audience: string;
  /** Whether tokens need the scopes that functions/routes.ts names. */
  readonly requireScopes: boolean;
  /** The namespace of the custom claims `email` and `email_verified`; with these, /userinfo is never called. */
  readonly emailClaimNamespace: string | undefined;
  /** The issuer's public keys as a JWK Set, so that a cold start needs no network. */
  readonly deployedKeys: string | undefined;
  /** The origins whose pages may call the API; `*` alone for all. */
  readonly corsOrigins: readonly string[];
  /** Whether the API describes itself, at /openapi.json and on a page at /docs. */
  readonly docs: boolean;
  /** The client by which that page signs users in: a public one, with authorization code and PKCE. */
  readonly docsClientId: string | undefined;
  readonly domain: CustomDomain | undefined;
  /** Requests of one address in five minutes above which the firewall blocks it; undefined without a firewall. */
  readonly wafRateLimit: number | undefined;
  /** Who is told of alarms. */
  readonly alarmEmail: string | undefined;
  /** Whether new code gets a tenth of the calls at first, and goes back when alarms ring. */
  readonly canary: boolean;
  readonly architecture: 'arm64' | 'x86_64';
  readonly throttle: Throttle;
  /** Whether the stack gives API Gateway the role to write logs; one serves a whole account and region. */
  readonly createsGatewayLogRole: boolean;
}

/** A name of one's own for the API, in a hosted zone of Route 53. */
export interface CustomDomain {
  readonly name: string;
  readonly certificateArn: string;
  readonly hostedZoneId: string;
}

const DEFAULT_WAF_RATE_LIMIT = 1_000;

/**
 * Reads the settings of a deployment. Where the identity of users is at stake there is no default.
 * @param settings CDK context, or environment variables of the same names
 * @throws {ConfigError} with a sentence that names the setting
 */
export function readConfig(settings: Settings): DeploymentConfig {
  const stage = readStage(settings('stage'));
  const auth0Domain = readRequired(settings, 'AUTH0_DOMAIN', 'your-tenant.eu.auth0.com');
  issuerOf(auth0Domain);
  const keysFile = settings('AUTH0_JWKS_FILE');
  const canary = readFlag(settings, 'CANARY', false);
  if (canary && !stage.isDurable)
    throw new ConfigError('CANARY is for the stage prod: its alarms need traffic.');
  return {
    stage,
    auth0Domain,
    audience: readRequired(settings, 'AUTH0_API_AUDIENCE', 'https://todo.example.com'),
    requireScopes: readFlag(settings, 'REQUIRE_SCOPES', false),
    emailClaimNamespace: settings('AUTH0_EMAIL_CLAIM_NAMESPACE') || undefined,
    deployedKeys: keysFile ? readKeyFile(keysFile) : undefined,
    corsOrigins: readOrigins(settings),
    docs: readFlag(settings, 'DOCS', true),
    docsClientId: readText(
      settings,
      'AUTH0_DOCS_CLIENT_ID',
      (value) => /^[\w-]{1,128}$/.test(value),
      'the client id of an application at Auth0',
    ),
    domain: readDomain(settings),
    wafRateLimit: readFlag(settings, 'WAF', false)
      ? readNumber(settings, 'WAF_RATE_LIMIT', DEFAULT_WAF_RATE_LIMIT, { atLeast: 10 })
      : undefined,
    alarmEmail: readText(settings, 'ALARM_EMAIL', isEmail, 'an e-mail address'),
    canary,
    architecture: readChoice(settings, 'ARCHITECTURE', ['arm64', 'x86_64']),
    throttle: {
      rate: readNumber(settings, 'THROTTLE_RATE', stage.throttle.rate),
      burst: readNumber(settings, 'THROTTLE_BURST', stage.throttle.burst),
    },
    createsGatewayLogRole: readFlag(settings, 'CREATE_GATEWAY_LOG_ROLE', true),
  };
}

function readOrigins(settings: Settings): readonly string[] {
  const value = settings('CORS_ORIGINS') || '*';
  const origins = value.split(',').map((origin) => origin.trim());
  const isOrigin = (origin: string) => /^https?:/.test(origin) && URL.parse(origin)?.origin === origin;
  if (value !== '*' && !origins.every(isOrigin)) {
    throw malformed(
      'CORS_ORIGINS',
      '* or origins such as https://app.example.com, separated by commas',
      value,
    );
  }
  return [...new Set(origins)];
}

const certificateArn = /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/;

/** All of a domain or nothing: a certificate without a name, say, is a mistake. */
function readDomain(settings: Settings): CustomDomain | undefined {
  const parts = {
    name: readText(settings, 'DOMAIN_NAME', isHostName, 'a host name such as api.example.com'),
    certificateArn: readText(
      settings,
      'CERTIFICATE_ARN',
      (value) => certificateArn.test(value),
      "the ARN of a certificate of ACM in the API's region",
    ),
    hostedZoneId: readText(
      settings,
      'HOSTED_ZONE_ID',
      (value) => /^Z[A-Z0-9]{1,31}$/.test(value),
      'the id of a hosted zone of Route 53',
    ),
  };
  const { name, certificateArn: certificate, hostedZoneId } = parts;
  if (name !== undefined && certificate !== undefined && hostedZoneId !== undefined) {
    return { name, certificateArn: certificate, hostedZoneId };
  }
  if (Object.values(parts).every((part) => part === undefined)) return undefined;
  throw new ConfigError(
    'DOMAIN_NAME, CERTIFICATE_ARN and HOSTED_ZONE_ID must be set together, or none of them.',
  );
}

function isEmail(value: string): boolean {
  return /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(value);
}
