import { resolve } from 'node:path';
import { ConfigError, type Environment, tenantOf } from '../../functions/config.ts';

/** The settings of `npm start`, which come from environment variables. */
export interface LocalSettings {
  readonly port: number;
  readonly issuerPort: number;
  readonly dataDir: string;
  /** The address of an external engine; undefined for the embedded one. */
  readonly dynamoDbEndpoint: string | undefined;
  /** A table of the engine, in place of the one that the stack creates. */
  readonly tableName: string | undefined;
  /** An Auth0 tenant; undefined for the local issuer. */
  readonly auth0Domain: string | undefined;
  /** Further host names of the local issuer. */
  readonly issuerCustomDomains: readonly string[];
  readonly audience: string;
  /** Further callback URLs of the local issuer's clients. */
  readonly issuerCallbacks: readonly string[];
}

const LOCAL_AUDIENCE = 'https://todo.example.com';
const MAX_PORT = 65_535;

/** The environment variables of `readLocalSettings`, for `--help`. */
export const localEnvironment: Readonly<Record<string, string>> = {
  PORT: 'Port of the API on 127.0.0.1; 0 for any free port. Default: 3000.',
  ISSUER_PORT: 'Port of the local issuer on 127.0.0.1; 0 for any free port. Default: 3001.',
  ISSUER_CALLBACKS:
    'Further callback URLs of front ends, separated by commas. The local issuer accepts any port and path of localhost and 127.0.0.1. Default: none.',
  DATA_DIR: 'Folder for the todos and the keys of the issuer. Default: .local.',
  DYNAMODB_ENDPOINT: 'URL of another DynamoDB engine. Default: the embedded engine.',
  TABLE_NAME: 'A table that the engine has. Default: the table of the stack, which is created.',
  AUTH0_DOMAIN: 'Domain of an Auth0 tenant. Default: the local issuer.',
  AUTH0_CUSTOM_DOMAINS:
    'Custom domains of the tenant, separated by commas. With the local issuer: localhost. Default: none.',
  AUTH0_API_AUDIENCE: `Identifier of the API at Auth0. Required with AUTH0_DOMAIN. Default: ${LOCAL_AUDIENCE}.`,
};

/** @throws {ConfigError} with a sentence that names the setting */
export function readLocalSettings(environment: Environment): LocalSettings {
  const auth0Domain = environment.AUTH0_DOMAIN || undefined;
  const customDomains = environment.AUTH0_CUSTOM_DOMAINS || undefined;
  const audience = environment.AUTH0_API_AUDIENCE || undefined;
  if (auth0Domain !== undefined) {
    tenantOf(auth0Domain, customDomains);
    if (audience === undefined) {
      throw new ConfigError(
        'AUTH0_API_AUDIENCE is not set: with AUTH0_DOMAIN it must be the identifier of your API at Auth0.',
      );
    }
  }
  const port = readPort(environment, 'PORT', 3000);
  const issuerPort = readPort(environment, 'ISSUER_PORT', 3001);
  if (port === issuerPort && port !== 0 && auth0Domain === undefined) {
    throw new ConfigError(`PORT and ISSUER_PORT are both ${port}: set one of them to another port.`);
  }
  return {
    port,
    issuerPort,
    dataDir: resolve(environment.DATA_DIR || '.local'),
    dynamoDbEndpoint: readEndpoint(environment.DYNAMODB_ENDPOINT),
    tableName: environment.TABLE_NAME || undefined,
    auth0Domain,
    issuerCustomDomains: auth0Domain === undefined ? readLocalDomains(customDomains, issuerPort) : [],
    audience: audience ?? LOCAL_AUDIENCE,
    issuerCallbacks: readCallbacks(environment.ISSUER_CALLBACKS),
  };
}

function readPort(environment: Environment, name: string, defaultPort: number): number {
  const text = environment[name] || String(defaultPort);
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > MAX_PORT) {
    throw new ConfigError(
      `${name} must be a port number from 0 to ${MAX_PORT}, not ${JSON.stringify(text)}.`,
    );
  }
  return port;
}

function readEndpoint(text: string | undefined): string | undefined {
  if (!text) return undefined;
  const url = URL.parse(text);
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new ConfigError(
      `DYNAMODB_ENDPOINT must be a URL such as http://127.0.0.1:8000, not ${JSON.stringify(text)}.`,
    );
  }
  return url.origin;
}

function readCallbacks(text = ''): string[] {
  const urls = text.split(',').map((url) => url.trim());
  return urls.filter((url) => {
    if (url === '') return false;
    if (URL.canParse(url.replace(/:\*$/, '')) && !url.includes('#')) return true;
    throw new ConfigError(
      `ISSUER_CALLBACKS must be URLs such as https://app.example.com/callback, separated by commas, not ${JSON.stringify(url)}.`,
    );
  });
}

/** The local issuer listens on 127.0.0.1 only, so `localhost` is the one other name that leads there everywhere. */
function readLocalDomains(text = '', issuerPort: number): string[] {
  const names = text.split(',').map((name) => name.trim().toLowerCase());
  return names.filter(Boolean).map((name) => {
    if (name === 'localhost' || name === `localhost:${issuerPort}`) return 'localhost';
    throw new ConfigError(
      `AUTH0_CUSTOM_DOMAINS can only be localhost:${issuerPort} with the local issuer, not ${JSON.stringify(name)}: set AUTH0_DOMAIN to the tenant of this domain.`,
    );
  });
}
