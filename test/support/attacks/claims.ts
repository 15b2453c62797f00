import type { TokenErrorCode } from '../../../functions/authorizer/errors.ts';
import type { Forge } from '../token-forge.ts';
import { type Attack, denied, unauthorized } from './attack.ts';

type Value = (forge: Forge) => unknown;

const HOUR = 3_600;
const now = () => Math.floor(Date.now() / 1000);

const issuers: Readonly<Record<string, Value>> = {
  'left out': () => undefined,
  null: () => null,
  'a number': () => 1,
  true: () => true,
  'an object': ({ issuer }) => ({ iss: issuer }),
  empty: () => '',
  'in an array': ({ issuer }) => [issuer],
  'without its slash': ({ issuer }) => issuer.slice(0, -1),
  'a prefix of it': ({ issuer }) => issuer.slice(0, -3),
  'continued by a path': ({ issuer }) => `${issuer}evil/`,
  'in upper case': ({ issuer }) => issuer.toUpperCase(),
  'on another scheme': ({ issuer }) => issuer.replace('http:', 'https:'),
  'with a space': ({ issuer }) => `${issuer} `,
  'a user name before another host': ({ issuer, trapUrl }) =>
    `${issuer.slice(0, -1)}@${new URL(trapUrl).host}/`,
  'another tenant': () => 'https://evil.eu.auth0.com/',
  'a URL of the attacker': ({ trapUrl }) => `${trapUrl}/`,
};

const audiences: Readonly<Record<string, Value>> = {
  null: () => null,
  'a number': () => 0,
  empty: () => '',
  'an empty array': () => [],
  'an object': ({ audience }) => ({ [audience]: true }),
  'an array in an array': ({ audience }) => [[audience]],
  'a prefix of it': ({ audience }) => audience.slice(0, -1),
  'continued by a path': ({ audience }) => `${audience}/v2`,
  'in upper case': ({ audience }) => audience.toUpperCase(),
  'two in one text': ({ audience, issuer }) => `${audience} ${issuer}userinfo`,
  'the UserInfo endpoint alone': ({ issuer }) => `${issuer}userinfo`,
  'the client': () => 'client',
};

const subjects: Readonly<Record<string, [Value, TokenErrorCode]>> = {
  'left out': [() => undefined, 'missing_claim'],
  null: [() => null, 'missing_claim'],
  'a number': [() => 1, 'missing_claim'],
  true: [() => true, 'missing_claim'],
  'in an array': [({ subject }) => [subject], 'missing_claim'],
  'an object': [({ subject }) => ({ sub: subject }), 'missing_claim'],
  empty: [() => '', 'malformed'],
  '256 characters': [() => `auth0|${'x'.repeat(250)}`, 'malformed'],
  'one with an unpaired surrogate': [({ subject }) => `${subject}\ud800`, 'malformed'],
};

const expiries: Readonly<Record<string, [Value, TokenErrorCode]>> = {
  'left out': [() => undefined, 'missing_claim'],
  null: [() => null, 'malformed'],
  'a text': [() => String(now() + HOUR), 'malformed'],
  'a date': [() => '2099-01-01T00:00:00Z', 'malformed'],
  'in an array': [() => [now() + HOUR], 'malformed'],
  'an object': [() => ({ exp: now() + HOUR }), 'malformed'],
  true: [() => true, 'malformed'],
  'an hour ago': [() => now() - HOUR, 'expired'],
  'a minute ago': [() => now() - 60, 'expired'],
  'the epoch': [() => 0, 'expired'],
  'before the epoch': [() => -1, 'expired'],
};

const times: Readonly<Record<string, [string, Value]>> = {
  'nbf that is a text': ['nbf', () => String(now() - HOUR)],
  'nbf that is null': ['nbf', () => null],
  'nbf in an array': ['nbf', () => [now() - HOUR]],
  'nbf that is an object': ['nbf', () => ({ nbf: now() - HOUR })],
  'nbf that is true': ['nbf', () => true],
  'iat that is a text': ['iat', () => String(now())],
  'iat that is null': ['iat', () => null],
  'iat that is an object': ['iat', () => ({})],
  'iat in an array': ['iat', () => [now()]],
  'iat that is true': ['iat', () => true],
};

const confirmations: Readonly<Record<string, unknown>> = {
  'DPoP key': { jkt: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I' },
  certificate: { 'x5t#S256': 'bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2' },
  'confirmation that is empty': {},
  'confirmation that is null': null,
};

const types: readonly unknown[] = [
  ...['id_token', 'dpop+jwt', 'logout+jwt', 'secevent+jwt', 'JOSE', 'JWE', 'at+jwt ', ''],
  ...[null, 0, ['JWT']],
];

const withClaim = (name: string, value: Value) => (forge: Forge) =>
  forge.token({ payload: forge.claims({ [name]: value(forge) }) });

/** A token whose claims contain a number that JSON.stringify cannot write. */
const withNumber = (name: string, literal: string) => (forge: Forge) =>
  forge.token({
    payload: JSON.stringify(forge.claims({ [name]: 0 })).replace(`"${name}":0`, `"${name}":${literal}`),
  });

/** RFC 8725 §3.8, §3.9, §3.11 and §3.12. The issuer's key signs each token, so only the claim is wrong. */
export const claimAttacks: readonly Attack[] = [
  ...Object.entries(issuers).map(([name, value]) =>
    denied(`an issuer that is ${name}`, 'wrong_issuer', withClaim('iss', value)),
  ),
  denied(
    'an audience that is left out',
    'missing_claim',
    withClaim('aud', () => undefined),
  ),
  ...Object.entries(audiences).map(([name, value]) =>
    denied(`an audience that is ${name}`, 'wrong_audience', withClaim('aud', value)),
  ),
  ...Object.entries(subjects).map(([name, [value, code]]) =>
    denied(`a subject that is ${name}`, code, withClaim('sub', value)),
  ),
  ...Object.entries(expiries).map(([name, [value, code]]) =>
    denied(`an expiry that is ${name}`, code, withClaim('exp', value)),
  ),
  denied('an expiry that is too large for a number', 'malformed', withNumber('exp', '1e999')),
  denied('an expiry that is too small for a number', 'expired', withNumber('exp', '-1e999')),
  ...Object.entries(times).map(([name, [claim, value]]) =>
    denied(`an ${name}`, 'malformed', withClaim(claim, value)),
  ),
  unauthorized(
    'a token that is valid only in an hour',
    withClaim('nbf', () => now() + HOUR),
  ),
  unauthorized('an nbf that is too large for a number', withNumber('nbf', '1e999')),
  ...Object.entries(confirmations).map(([name, cnf]) =>
    denied(
      `a binding to a ${name}`,
      'bound_token',
      withClaim('cnf', () => cnf),
    ),
  ),
  ...types.map((typ) =>
    denied(`the type ${JSON.stringify(typ)}`, 'wrong_type', (forge) =>
      forge.token({ header: forge.header({ typ }) }),
    ),
  ),
  denied('an ID token of the issuer', 'wrong_audience', ({ idToken }) => idToken),
  denied('a refresh token of the issuer', 'opaque', ({ refreshToken }) => refreshToken),
];
