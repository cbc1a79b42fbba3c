import fc from 'fast-check'

/** Strings known to break programs. */
const hostile = fc.constantFrom(
  '',
  ' ',
  '\0',
  'a\0b',
  "' OR 1=1 --",
  '"; DROP TABLE orders; --',
  '%',
  '_',
  '*',
  '../../etc/passwd',
  '__proto__',
  'constructor',
  'toString',
  '${7*7}',
  '<script>',
  '\ud800',
  'a\udfffb',
  '\u202e\u0000\uffff',
  '\u{10ffff}',
  'ﷺ'.repeat(300),
  'e\u0301'.repeat(100),
  'ı',
  'x'.repeat(10_000),
  'null',
  'true',
  'NaN',
  'Infinity',
  '-0',
  '1e309',
  '0x10',
  '9007199254740993',
  '9223372036854775808',
  '-1',
  '1.005',
  '2026-11-22T00:00:00Z',
  '019AA3C2-7A4E-7C31-9F0E-3F6F0E6F2B11',
)

export const text = fc.oneof(
  hostile,
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
)

export const number = fc.oneof(
  fc.constantFrom(
    -0,
    0.1 + 0.2,
    1.005,
    19.999,
    1e-7,
    1e21,
    1e308,
    -1,
    2 ** 31,
    2 ** 53,
    1_000_000.001,
    1_000_000_001,
  ),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
)

export const json = fc.oneof(
  text,
  number,
  fc.constantFrom<unknown>(null, true, [], {}, [[]]),
  fc.jsonValue({ maxDepth: 4 }),
)

const LIMIT = 64 * 1024
const nest = (open: string, close: string, depth: number) => open.repeat(depth) + close.repeat(depth)

/** Invalid JSON, or JSON a server should reject. */
export const brokenJson = fc.constantFrom(
  '{',
  '{"a":1}x',
  "{'a':1}",
  '{"a":NaN}',
  '\ufeff{}',
  ' ',
  '\0',
  '[1,]',
  '{"a":01}',
  '"\\ud800"',
  '{"__proto__":{"role":"admin"}}',
  '{"constructor":{"prototype":{"role":"admin"}}}',
  nest('[', ']', 30_000),
  nest('{"a":', '}', 10_000),
  `"${'x'.repeat(LIMIT - 2)}"`,
  `"${'x'.repeat(LIMIT - 1)}"`,
  `{${Array.from({ length: 8_000 }, (_, i) => `"${i}":1`).join()}}`,
)

export const contentType = fc.oneof(
  { weight: 8, arbitrary: fc.constant('application/json') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'application/json; charset=utf-8',
      'application/json;charset=utf-16',
      'application/merge-patch+json',
      'APPLICATION/JSON',
      'text/plain',
      'application/xml',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/json, text/plain',
      '/',
      ';',
      'x',
    ),
  },
)

/** Legal header field values (RFC 9110, 5.5): no control characters, no leading or trailing whitespace. */
const fieldValue = fc
  .oneof(
    fc.string({
      unit: fc
        .integer({ min: 0x20, max: 0xff })
        .filter((c) => c !== 0x7f && (c < 0x80 || c > 0x9f))
        .map((c) => String.fromCharCode(c)),
      maxLength: 60,
    }),
    fc.constantFrom(
      '',
      '*',
      '"',
      '""',
      'W/"1"',
      '"1", "2"',
      ','.repeat(500),
      '"a'.repeat(300),
      'x'.repeat(8_000),
    ),
  )
  .map((value) => value.trim())

const tokens = fc.constantFrom(
  'Bearer',
  'Bearer x.y.z',
  'Bearer eyJhbGciOiJub25lIn0.e30.',
  'Basic YTpi',
  `Bearer ${'e30.'.repeat(2_000)}`,
)

/** Header fields read by the application, with hostile values. */
export const headers = fc.record(
  {
    authorization: fc.oneof(tokens, fieldValue),
    'idempotency-key': fieldValue,
    'if-match': fieldValue,
    'if-none-match': fieldValue,
    origin: fc.oneof(fieldValue, fc.constantFrom('null', 'https://shop.example', 'http://[', 'file:///')),
    'sec-fetch-site': fc.oneof(fieldValue, fc.constantFrom('cross-site', 'same-origin')),
    'x-forwarded-for': fc.oneof(
      fieldValue,
      fc.constantFrom('::1', '1.2.3.4, ::ffff:1.2.3.4', '2001:db8::%eth0', ','),
    ),
    'x-forwarded-host': fieldValue,
    'x-forwarded-proto': fieldValue,
    'user-agent': fieldValue,
    accept: fieldValue,
    'accept-encoding': fieldValue,
    cookie: fc.oneof(
      fieldValue,
      fieldValue.map((value) => `refresh_token=${value}; access_token=${value}`),
      fc.constant('a=b; '.repeat(1_500)),
    ),
    'access-control-request-method': fieldValue,
    host: fc.oneof(fieldValue, fc.constantFrom('[', '::', 'a:b:c', 'shop.test:99999')),
  },
  { requiredKeys: [] },
)
