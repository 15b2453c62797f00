import { deflateRawSync } from 'node:zlib';
import { encodePart, type Forge, signRs256 } from '../token-forge.ts';
import { type Attack, denied, unauthorized } from './attack.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/**
 * Encodes the same bytes as another base64url text. The last character has unused bits, and a lenient decoder ignores
 * them (RFC 4648 §3.5).
 * @throws {Error} when the segment has no unused bits
 */
export function respell(segment: string): string {
  const unused = { 2: 4, 3: 2 }[segment.length % 4];
  if (unused === undefined) throw new Error('The segment has no unused bits');
  const last = alphabet.indexOf(segment.slice(-1));
  return segment.slice(0, -1) + alphabet[last ^ (1 << (unused - 1))];
}

/** Writes JSON whose base64url text has unused bits. If necessary, a member is added. */
function withUnusedBits(json: Readonly<Record<string, unknown>>): string {
  const text = JSON.stringify(json);
  return Buffer.byteLength(text) % 3 === 0 ? JSON.stringify({ ...json, pad: 1 }) : text;
}

const headerTexts: Readonly<Record<string, (forge: Forge) => string | Uint8Array>> = {
  'is not JSON': () => 'RS256',
  'is an array': (forge) => JSON.stringify([forge.header()]),
  'is a text': () => '"RS256"',
  'is a number': () => '256',
  'is null': () => 'null',
  'has text after it': (forge) => `${JSON.stringify(forge.header())}{}`,
  'has a comment': (forge) => JSON.stringify(forge.header()).replace('{', '{/**/'),
  'has single quotes': (forge) => JSON.stringify(forge.header()).replaceAll('"', "'"),
  'is cut off': (forge) => JSON.stringify(forge.header()).slice(0, -1),
  'is UTF-16': (forge) => Buffer.from(JSON.stringify(forge.header()), 'utf16le'),
  'is not UTF-8': (forge) => Buffer.from(JSON.stringify(forge.header({ x: '\u00ff' })), 'latin1'),
  'is nested 4,000 levels deep': () => '['.repeat(4_000),
};

const payloadTexts: Readonly<Record<string, (forge: Forge) => string | Uint8Array>> = {
  'is not JSON': () => 'claims',
  'is an array': (forge) => JSON.stringify([forge.claims()]),
  'is a text': () => '"claims"',
  'is a number': () => '1',
  'is null': () => 'null',
  'has text after it': (forge) => `${JSON.stringify(forge.claims())}{}`,
  'is cut off': (forge) => JSON.stringify(forge.claims()).slice(0, -1),
  'is UTF-16': (forge) => Buffer.from(JSON.stringify(forge.claims()), 'utf16le'),
  'is not UTF-8': (forge) => Buffer.from(JSON.stringify(forge.claims({ x: '\u00ff' })), 'latin1'),
  'is compressed': (forge) => deflateRawSync(JSON.stringify(forge.claims())),
  'is nested 4,000 levels deep': () => '['.repeat(4_000),
};

/** Changes that an attacker makes to a valid token. Its signature does not cover them. */
const changedTokens: Readonly<Record<string, (parts: [string, string, string], forge: Forge) => string>> = {
  'with its last character cut off': ([h, p, s]) => `${h}.${p}.${s.slice(0, -1)}`,
  'with half its signature': ([h, p, s]) => `${h}.${p}.${s.slice(0, 168)}`,
  'with one more character': ([h, p, s]) => `${h}.${p}.${s}A`,
  'with four more characters': ([h, p, s]) => `${h}.${p}.${s}AAAA`,
  'with the letter case of its signature swapped': ([h, p, s]) => `${h}.${p}.${swapCase(s)}`,
  'with another encoding of its signature': ([h, p, s]) => `${h}.${p}.${respell(s)}`,
  'with a claim changed': ([h, p, s]) => `${h}.${changeClaim(p, { sub: 'auth0|victim' })}.${s}`,
  'with a later expiry': ([h, p, s]) => `${h}.${changeClaim(p, { exp: 9_999_999_999 })}.${s}`,
  'with a member added to its header': ([h, p, s]) => `${changeClaim(h, { x: 1 })}.${p}.${s}`,
  'with its claims written with spaces': ([h, p, s]) => {
    const spaced = JSON.stringify(JSON.parse(Buffer.from(p, 'base64url').toString()), null, 1);
    return `${h}.${encodePart(spaced)}.${s}`;
  },
  'with its header in the place of its claims': ([h, , s]) => `${h}.${h}.${s}`,
  'with its claims in the place of its header': ([, p, s]) => `${p}.${p}.${s}`,
  'with header and claims swapped': ([h, p, s]) => `${p}.${h}.${s}`,
  'with claims and signature swapped': ([h, p, s]) => `${h}.${s}.${p}`,
};

const errorOfChange: Readonly<Record<string, 'bad_signature' | 'unsupported_algorithm' | 'wrong_issuer'>> = {
  'with one more character': 'bad_signature',
  'with four more characters': 'bad_signature',
  'with the letter case of its signature swapped': 'bad_signature',
  'with half its signature': 'bad_signature',
  'with a claim changed': 'bad_signature',
  'with a later expiry': 'bad_signature',
  'with a member added to its header': 'bad_signature',
  'with its claims written with spaces': 'bad_signature',
  'with its header in the place of its claims': 'wrong_issuer',
  'with its claims in the place of its header': 'unsupported_algorithm',
  'with header and claims swapped': 'unsupported_algorithm',
};

function swapCase(text: string): string {
  // The last character stays, because another one might set unused bits.
  const swapped = text.replace(/[A-Za-z]/g, (c) => (c < 'a' ? c.toLowerCase() : c.toUpperCase()));
  return swapped.slice(0, -1) + text.slice(-1);
}

function changeClaim(segment: string, changes: object): string {
  return encodePart({ ...JSON.parse(Buffer.from(segment, 'base64url').toString()), ...changes });
}

/** A token whose segment is not canonical base64url. The issuer's key signs it in this form. */
function respelt(forge: Forge, which: 'header' | 'payload'): string {
  const header = encodePart(withUnusedBits(forge.header()));
  const payload = encodePart(withUnusedBits(forge.claims()));
  const input = which === 'header' ? `${respell(header)}.${payload}` : `${header}.${respell(payload)}`;
  return `${input}.${signRs256(input, forge.privateKey)}`;
}

/** JSON with a repeated member. The bad value is the last one, and JSON.parse uses the last one (RFC 7519 §4). */
const twice = (json: object, member: string) => `${JSON.stringify(json).slice(0, -1)},${member}}`;

const segments = ['header', 'payload', 'signature'] as const;

export const encodingAttacks: readonly Attack[] = [
  ...Object.entries(headerTexts).map(([name, header]) =>
    denied(`a header that ${name}`, 'malformed', (forge) => forge.token({ header: header(forge) })),
  ),
  ...Object.entries(payloadTexts).map(([name, payload]) =>
    denied(`claims whose JSON ${name}`, 'malformed', (forge) => forge.token({ payload: payload(forge) })),
  ),
  ...Object.entries(changedTokens).map(([name, change]) =>
    denied(`a genuine token ${name}`, errorOfChange[name] ?? 'malformed', (forge) =>
      change(forge.token().split('.') as [string, string, string], forge),
    ),
  ),
  denied('a header in another encoding, signed by the issuer', 'malformed', (forge) =>
    respelt(forge, 'header'),
  ),
  denied('claims in another encoding, signed by the issuer', 'malformed', (forge) =>
    respelt(forge, 'payload'),
  ),
  ...segments.flatMap((segment, index) => {
    const change = (forge: Forge, edit: (part: string) => string) => {
      const parts = forge.token().split('.');
      parts[index] = edit(parts[index] ?? '');
      return parts.join('.');
    };
    const isLast = index === segments.length - 1;
    return [
      denied(`padding after the ${segment}`, isLast ? 'malformed' : 'malformed_header', (forge) =>
        change(forge, (part) => `${part}=`),
      ),
      denied(`a space in the ${segment}`, 'malformed_header', (forge) =>
        change(forge, (part) => `${part.slice(0, 4)} ${part.slice(4)}`),
      ),
      denied(`a percent escape in the ${segment}`, 'malformed_header', (forge) =>
        change(forge, (part) => part.replace(/^./, (c) => `%${c.charCodeAt(0).toString(16)}`)),
      ),
      denied(`no ${segment}`, isLast ? 'bad_signature' : 'malformed', (forge) => change(forge, () => '')),
      denied(`a slash of plain base64 in the ${segment}`, 'malformed', (forge) =>
        change(forge, (part) => `${part}/`),
      ),
    ];
  }),
  denied('a repeated alg, the last one none', 'unsupported_algorithm', (forge) =>
    forge.token({ header: twice(forge.header(), '"alg":"none"') }),
  ),
  unauthorized('a repeated kid, the last one unknown', (forge) =>
    forge.token({ header: twice(forge.header(), '"kid":"other"') }),
  ),
  denied('a repeated issuer, the last one wrong', 'wrong_issuer', (forge) =>
    forge.token({ payload: twice(forge.claims(), '"iss":"https://evil.eu.auth0.com/"') }),
  ),
  denied('a repeated audience, the last one wrong', 'wrong_audience', (forge) =>
    forge.token({ payload: twice(forge.claims(), '"aud":"https://other.example.com"') }),
  ),
  denied('a repeated expiry, the last one past', 'expired', (forge) =>
    forge.token({ payload: twice(forge.claims(), '"exp":1') }),
  ),
  denied('required claims in a prototype', 'wrong_issuer', (forge) =>
    forge.token({ payload: `{"__proto__":${JSON.stringify(forge.claims())}}` }),
  ),
  denied('an algorithm in a prototype', 'unsupported_algorithm', (forge) =>
    forge.token({ header: `{"__proto__":${JSON.stringify(forge.header())}}` }),
  ),
  ...([['exp'], [], 'exp', [1], ['http://example.com/unknown'], ['b64', 'b64']] as const).map((crit) =>
    denied(`critical extensions ${JSON.stringify(crit)}`, 'malformed', (forge) =>
      forge.token({ header: forge.header({ crit, exp: 0, b64: true }) }),
    ),
  ),
  denied('an unencoded payload (RFC 7797)', 'malformed', (forge) =>
    forge.token({ header: forge.header({ crit: ['b64'], b64: false }) }),
  ),
  denied("claims of 8 KB under a stranger's signature", 'bad_signature', (forge) =>
    forge.token({ payload: forge.claims({ pad: 'x'.repeat(6_000) }), key: forge.strangerKey }),
  ),
  denied("claims of 700 members under a stranger's signature", 'bad_signature', (forge) => {
    const members = Object.fromEntries(Array.from({ length: 700 }, (_, i) => [i, 0]));
    return forge.token({ payload: forge.claims(members), key: forge.strangerKey });
  }),
  denied('a JWE in five parts', 'encrypted', (forge) => {
    const header = encodePart({ alg: 'RSA-OAEP', enc: 'A256GCM', kid: forge.kid });
    return `${header}.${encodePart('key')}.${encodePart('iv')}.${encodePart('text')}.${encodePart('tag')}`;
  }),
  denied("a JWE of Auth0, which the issuer's own UserInfo endpoint accepts", 'encrypted', (forge) => {
    const header = encodePart({ alg: 'dir', enc: 'A256GCM', iss: forge.issuer });
    return `${header}..${encodePart('initial vector')}.${encodePart('text')}.${encodePart('tag')}`;
  }),
  denied('a JWS as JSON', 'malformed_header', (forge) => {
    const [header, payload, signature] = forge.token().split('.');
    return JSON.stringify({ protected: header, payload, signature });
  }),
];
