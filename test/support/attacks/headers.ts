import { TokenError } from '../../../functions/authorizer/errors.ts';
import type { Forge } from '../token-forge.ts';
import { type Attack, NO_REASON } from './attack.ts';

type HeaderLines = Readonly<Record<string, (token: string, forge: Forge) => string[]>>;

/** Header lines with a valid token where RFC 6750 §2.1 does not look for it. For the API, they have no token. */
const misplaced: HeaderLines = {
  'no Authorization header': () => [],
  'an empty header': () => ['Authorization:'],
  'a header of spaces': () => ['Authorization:    '],
  'a token without a scheme': (token) => [`Authorization: ${token}`],
  'the scheme Basic': (token) => [`Authorization: Basic ${Buffer.from(`:${token}`).toString('base64')}`],
  'a token under the scheme Basic': (token) => [`Authorization: Basic ${token}`],
  'the scheme DPoP': (token) => [`Authorization: DPoP ${token}`],
  'the scheme JWT': (token) => [`Authorization: JWT ${token}`],
  'the scheme Token': (token) => [`Authorization: Token ${token}`],
  'the scheme BearerX': (token) => [`Authorization: BearerX ${token}`],
  'a scheme in look-alike letters': (token) => [`Authorization: \u00d0\u0092earer ${token}`],
  'no space after the scheme': (token) => [`Authorization: Bearer${token}`],
  'a repeated header, the first one empty': (token) => ['Authorization:', `Authorization: Bearer ${token}`],
  'a repeated header, the first one Basic': (token) => [
    'Authorization: Basic YTpi',
    `Authorization: Bearer ${token}`,
  ],
  'a proxy credential': (token) => [`Proxy-Authorization: Bearer ${token}`],
  'the header X-Authorization': (token) => [`X-Authorization: Bearer ${token}`],
  'a header that the gateway renames': (token) => [`X-Amzn-Remapped-Authorization: Bearer ${token}`],
  'a forged context of the authorizer': ({ length }) => [
    'X-Amzn-RequestContext: {"authorizer":{"user_id":"victim"}}',
    `X-Length: ${length}`,
  ],
  'a cookie': (token) => [`Cookie: access_token=${token}`],
  'a header with an underscore': (token) => [`Authorization_: Bearer ${token}`],
};

/** Header lines with the scheme Bearer that are not of the form of RFC 6750 §2.1. */
const malformedHeaders: HeaderLines = {
  'the scheme alone': () => ['Authorization: Bearer'],
  'the scheme and spaces': () => ['Authorization: Bearer   '],
  'a tab after the scheme': (token) => [`Authorization: Bearer\t${token}`],
  'a no-break space after the scheme': (token) => [`Authorization: Bearer\u00a0${token}`],
  'a colon after the scheme': (token) => [`Authorization: Bearer: ${token}`],
  'an equals sign after the scheme': (token) => [`Authorization: Bearer=${token}`],
  'the scheme twice': (token) => [`Authorization: Bearer Bearer ${token}`],
  'a token in quotes': (token) => [`Authorization: Bearer "${token}"`],
  'a token in angle brackets': (token) => [`Authorization: Bearer <${token}>`],
  'a token with a comma': (token) => [`Authorization: Bearer ${token},`],
  'a token with a semicolon': (token) => [`Authorization: Bearer ${token};`],
  'two tokens': (token) => [`Authorization: Bearer ${token} ${token}`],
  'two credentials in one header': (token) => [`Authorization: Bearer ${token}, Bearer ${token}`],
  'a token as a parameter': (token) => [`Authorization: Bearer token=${token}`],
};

/** Header lines of the right form, whose token is no JWT. */
const malformedTokens: HeaderLines = {
  'a token with a dot': (token) => [`Authorization: Bearer ${token}.`],
  'a token of two parts': (token) => [`Authorization: Bearer ${token.split('.').slice(0, 2).join('.')}`],
  'a token of four parts': (token) => [`Authorization: Bearer ${token}.${token.split('.')[2]}`],
  'only dots': () => ['Authorization: Bearer ...'],
};

/** Auth0 gives short texts like these to a client that asks for no audience. */
const opaqueTokens: HeaderLines = {
  'an opaque token': () => ['Authorization: Bearer 5f4dcc3b5aa765d61d8327deb882cf99'],
  'a short opaque token': () => ['Authorization: Bearer KBSxkmG-OcpA6-cg'],
};

const toAttacks = (group: HeaderLines, detail: string): Attack[] =>
  Object.entries(group).map(([name, headerLines]) => ({
    name,
    headerLines: (forge) => headerLines(forge.token(), forge),
    detail,
  }));

export const headerAttacks: readonly Attack[] = [
  ...toAttacks(misplaced, NO_REASON),
  ...toAttacks(malformedHeaders, new TokenError('malformed_header').message),
  ...toAttacks(malformedTokens, new TokenError('malformed').message),
  ...toAttacks(opaqueTokens, new TokenError('opaque').message),
];

/** Header lines of requests that the HTTP server refuses before the gateway sees them. */
export const unparsableHeaders: Readonly<Record<string, (token: string) => string[]>> = {
  'a folded header': (token) => ['Authorization: Bearer', ` ${token}`],
  'a space before the colon': (token) => [`Authorization : Bearer ${token}`],
  'a NUL in the header': (token) => [`Authorization: Bearer ${token}\0`],
  'a carriage return in the header': (token) => [`Authorization: Bearer x\rAuthorization: Bearer ${token}`],
  'a name with a space': (token) => [`Authorization X: Bearer ${token}`],
  'two lengths': (token) => ['Content-Length: 0', 'Content-Length: 5', `Authorization: Basic ${token}`],
  'a length and chunks': (token) => [
    'Content-Length: 5',
    'Transfer-Encoding: chunked',
    `Authorization: Basic ${token}`,
  ],
  'a header of 20 KB': () => [`Authorization: Bearer ${'A'.repeat(20_000)}.A.A`],
};
