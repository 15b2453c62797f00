// biome-ignore-all lint/suspicious/noTemplateCurlyInString: one of the strings is an attack on templates
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { SchemaObject } from 'openapi3-ts/oas31';

/** A body, with the header lines that describe it. */
export interface RawBody {
  readonly headerLines: readonly string[];
  readonly bytes: Buffer;
}

const JSON_TYPE = 'Content-Type: application/json';

/** Strings that often cause errors in keys, titles, days and headers. */
const nastyTexts = [
  ...['', ' ', '\0', 'a\0b', '\ud800', 'a\udfff', '\u202e\u0000', '\ufeff', '\u2028'],
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'pk', 'sk', 'TODO#', '#status', ':version'],
  ...[
    "' OR 1=1--",
    '$context.authorizer.user_id',
    '{{7*7}}',
    '${7*7}',
    '<script>',
    '%00',
    '../../etc/passwd',
  ],
  ...['2026-02-30', '2026-13-01', '0000-00-00', '-1', '1e400', 'NaN', 'true', 'null', '9'.repeat(400)],
  ...['x'.repeat(1_001), '\u{1f600}'.repeat(1_000), 'é'.repeat(20_000)],
];

export const aNastyText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...nastyTexts),
  fc.string({ unit: 'binary', maxLength: 40 }),
);

/** Any JSON value, with nasty strings as values and as keys. */
const anyJson: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.constantFrom<unknown>(null, true, false, 0, -0, 1e308, 5e-324, 2 ** 53, [], {}),
    fc.double(),
    aNastyText,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(aNastyText, tie('value'), { maxKeys: 4 }),
  ),
})).value;

/** A value that the schema of a field usually accepts. */
function aFitting({ type, format }: SchemaObject): fc.Arbitrary<unknown> {
  const types = [type].flat();
  if (types.includes('boolean')) return fc.boolean();
  if (types.includes('number')) return fc.oneof(fc.constant(null), fc.integer());
  return format === 'date' ? fc.constantFrom('2026-01-01', '2024-02-29') : fc.constantFrom('A title', ' b ');
}

/** Objects with members of a schema, each valid or invalid, and with other members. */
function objectsOf({ properties = {} }: SchemaObject): fc.Arbitrary<unknown> {
  const fields = Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [
      name,
      fc.oneof({ weight: 2, arbitrary: aFitting(schema as SchemaObject) }, { weight: 3, arbitrary: anyJson }),
    ]),
  );
  const own = fc.record(fields, { requiredKeys: [] });
  const others = fc.dictionary(
    fc.oneof(fc.constantFrom('id', 'user', 'url', 'version'), aNastyText),
    anyJson,
    {
      maxKeys: 3,
    },
  );
  return fc
    .tuple(own, others)
    .map(([members, extra]) => Object.fromEntries([...Object.entries(extra), ...Object.entries(members)]));
}

const json = (value: unknown): RawBody => ({
  headerLines: [JSON_TYPE],
  bytes: Buffer.from(JSON.stringify(value) ?? ''),
});

const valid = JSON.stringify({ title: 'A title' });

/** A body that is valid but for the bytes of its title. */
const withTitle = (...bytes: number[]) =>
  Buffer.concat([
    Buffer.from('{"title":"a'),
    Buffer.from(bytes),
    Buffer.from('b","text":"a'),
    Buffer.from(bytes),
    Buffer.from('b"}'),
  ]);

/** Bodies that are not JSON, that are not labelled as JSON, or that do not match their headers. */
const brokenBodies: Readonly<Record<string, RawBody>> = {
  'nothing at all': { headerLines: [JSON_TYPE], bytes: Buffer.alloc(0) },
  'half a text': { headerLines: [JSON_TYPE], bytes: Buffer.from(valid.slice(0, -3)) },
  'two texts': { headerLines: [JSON_TYPE], bytes: Buffer.from(valid + valid) },
  'two byte order marks': { headerLines: [JSON_TYPE], bytes: Buffer.from(`\ufeff\ufeff${valid}`) },
  'a byte order mark of UTF-16': {
    headerLines: [JSON_TYPE],
    bytes: Buffer.from(`\ufeff${valid}`, 'utf16le'),
  },
  'the charset of Latin-1': {
    headerLines: ['Content-Type: application/json; charset=ISO-8859-1'],
    bytes: Buffer.from(valid, 'latin1'),
  },
  'Latin-1': { headerLines: [JSON_TYPE], bytes: withTitle(0xe9) },
  'a truncated sequence': { headerLines: [JSON_TYPE], bytes: withTitle(0xf0, 0x9f, 0x98) },
  'an encoded surrogate': { headerLines: [JSON_TYPE], bytes: withTitle(0xed, 0xa0, 0xbd) },
  'a character in too many bytes': { headerLines: [JSON_TYPE], bytes: withTitle(0xc1, 0xa1) },
  'UTF-16': {
    headerLines: ['Content-Type: application/json; charset=utf-16'],
    bytes: Buffer.from(valid, 'utf16le'),
  },
  'not UTF-8': {
    headerLines: [JSON_TYPE],
    bytes: Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0xc0, 0x80, 0x22, 0x7d]),
  },
  'NaN and comments': { headerLines: [JSON_TYPE], bytes: Buffer.from('{"title":"x","order":NaN} // x') },
  'a number that is too large': { headerLines: [JSON_TYPE], bytes: Buffer.from('1e999') },
  '60,000 levels of arrays': { headerLines: [JSON_TYPE], bytes: Buffer.from('['.repeat(60_000)) },
  '6,000 levels of objects': {
    headerLines: [JSON_TYPE],
    bytes: Buffer.from(`${'{"title":'.repeat(6_000)}1${'}'.repeat(6_000)}`),
  },
  '5,000 levels in a title': {
    headerLines: [JSON_TYPE],
    bytes: Buffer.from(`{"title":[${'['.repeat(5_000)}${']'.repeat(5_000)}]}`),
  },
  'one byte more than 64 KB': {
    headerLines: [JSON_TYPE],
    bytes: Buffer.from(`{"title":"${'x'.repeat(65_525)}"}`),
  },
  '3 MB': { headerLines: [JSON_TYPE], bytes: Buffer.alloc(3_000_000, ' ') },
  '7 MB, more than a function accepts': { headerLines: [JSON_TYPE], bytes: Buffer.alloc(7_000_000, '"') },
  '11 MB, more than the gateway accepts': { headerLines: [JSON_TYPE], bytes: Buffer.alloc(11_000_000, ' ') },
  'a length of 11 MB without a byte': {
    headerLines: [JSON_TYPE, 'Content-Length: 11534336'],
    bytes: Buffer.alloc(0),
  },
  text: { headerLines: ['Content-Type: text/plain'], bytes: Buffer.from(valid) },
  'a form': {
    headerLines: ['Content-Type: application/x-www-form-urlencoded'],
    bytes: Buffer.from('title=x'),
  },
  multipart: { headerLines: ['Content-Type: multipart/form-data; boundary=x'], bytes: Buffer.from('--x--') },
  XML: { headerLines: ['Content-Type: application/xml'], bytes: Buffer.from('<title>x</title>') },
  'a type that only contains JSON': {
    headerLines: ['Content-Type: text/application/json'],
    bytes: Buffer.from(valid),
  },
  'an invalid type': { headerLines: ['Content-Type: ;;;'], bytes: Buffer.from(valid) },
  'two types': { headerLines: ['Content-Type: text/plain', JSON_TYPE], bytes: Buffer.from(valid) },
  gzip: { headerLines: [JSON_TYPE, 'Content-Encoding: gzip'], bytes: gzipSync(valid) },
  'a body that is labelled as gzip but is not': {
    headerLines: [JSON_TYPE, 'Content-Encoding: gzip'],
    bytes: Buffer.from(valid),
  },
  'a body that is labelled as deflate but is not': {
    headerLines: [JSON_TYPE, 'Content-Encoding: deflate'],
    bytes: Buffer.from(valid),
  },
  'an unknown encoding': {
    headerLines: [JSON_TYPE, 'Content-Encoding: x-y, gzip'],
    bytes: Buffer.from(valid),
  },
  'invalid chunks': {
    headerLines: [JSON_TYPE, 'Transfer-Encoding: chunked'],
    bytes: Buffer.from('zz\r\n'),
  },
  'an unknown transfer encoding': {
    headerLines: [JSON_TYPE, 'Transfer-Encoding: gzip, chunked'],
    bytes: Buffer.from('0\r\n\r\n'),
  },
  'an invalid length': { headerLines: [JSON_TYPE, 'Content-Length: x'], bytes: Buffer.from(valid) },
  'a negative length': { headerLines: [JSON_TYPE, 'Content-Length: -1'], bytes: Buffer.from(valid) },
};

/** Bodies for the schema of an operation. Most of them are invalid. */
export function aBody(schema: SchemaObject): fc.Arbitrary<RawBody> {
  return fc.oneof({ weight: 4, arbitrary: objectsOf(schema) }, { weight: 1, arbitrary: anyJson }).map(json);
}

export const namedBodies: readonly [name: string, body: RawBody][] = Object.entries(brokenBodies);
