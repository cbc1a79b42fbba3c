import t from 'tap'
import { noRateLimits } from '../helpers/app.js'
import { metadataOfBytes, nested } from '../helpers/metadata.js'
import { shop } from '../helpers/shop.js'

const LARGEST = [
  { metadata: metadataOfBytes(4_096), name: 'ASCII' },
  { metadata: metadataOfBytes(4_096, 'é'), name: 'two bytes a character' },
  { metadata: metadataOfBytes(4_096, '🪑'), name: 'four bytes a character' },
  { metadata: metadataOfBytes(4_096, '"'), name: 'quotes, escaped' },
  { metadata: metadataOfBytes(4_096, '\0'), name: 'control characters, escaped' },
]

const VALID: { metadata: object; name: string }[] = [
  ...LARGEST,
  { metadata: {}, name: 'no field' },
  { metadata: Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`f${i}`, i])), name: '50 fields' },
  { metadata: { ['🪑'.repeat(40)]: 1 }, name: 'a name of 40 characters' },
  {
    metadata: { a: [{ b: null, c: true, d: -0.5, e: 'x' }, []], toString: 1, constructor: 'x' },
    name: 'any JSON',
  },
  { metadata: { deep: nested(19) }, name: '20 levels' },
]

/** Each as JSON text, with the expected message. */
const INVALID: [json: string, message: RegExp, name: string][] = [
  [
    JSON.stringify(metadataOfBytes(4_097)),
    /^must have at most 4096 bytes as JSON, and has 4097$/,
    'one byte more',
  ],
  [JSON.stringify(metadataOfBytes(4_097, 'é')), /^must have at most 4096 bytes/, 'one byte more in UTF-8'],
  [
    JSON.stringify(metadataOfBytes(4_097, '"')),
    /^must have at most 4096 bytes/,
    'one byte more with escapes',
  ],
  [`{${Array.from({ length: 51 }, (_, i) => `"f${i}":1`)}}`, /^must have at most 50 fields$/, '51 fields'],
  [
    JSON.stringify({ ['x'.repeat(41)]: 1 }),
    /^has a field whose name must have at most 40 characters$/,
    'a name of 41 characters',
  ],
  ['{"":1}', /^has a field whose name must have at least 1 character$/, 'an empty name'],
  ['{"a":"\\ud800"}', /half of a surrogate pair/, 'a lone surrogate'],
  ['{"a":[{"b":"x\\udc00"}]}', /half of a surrogate pair/, 'a lone surrogate inside'],
  ['{"\\ud800":1}', /half of a surrogate pair in a name/, 'a lone surrogate in a name'],
  ['{"a":[{"\\ud83e":1}]}', /half of a surrogate pair in a name/, 'a lone surrogate in a name inside'],
  ['{"a":[1e999]}', /number beyond/, 'a number that is none in JavaScript'],
  [JSON.stringify({ deep: nested(20) }), /^must not nest deeper than 20 levels$/, '21 levels'],
  [`{"deep":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, /^must not nest deeper/, '20,000 levels'],
  ['[]', /^must be an object/, 'a list'],
  ['"{}"', /^must be an object/, 'a string'],
  ['5', /^must be an object/, 'a number'],
  ['true', /^must be an object/, 'a boolean'],
]

t.test(
  'metadata is any JSON object within the limits, and a refusal names the field and the limit',
  async (t) => {
    const { call, admin, add, app } = await shop(t, noRateLimits)
    const { id: productId } = await add({ stock: 1_000 })
    const { id: orderId } = (await call('POST', '/orders', { productId, quantity: 1 })).json()
    const routes = [
      { method: 'POST', url: '/products', rest: { name: 'Lamp', price: 1, stock: 1 } },
      { method: 'PATCH', url: `/products/${productId}`, rest: {} },
      { method: 'POST', url: '/orders', rest: { productId, quantity: 1 } },
      { method: 'POST', url: '/checkouts', rest: { items: [{ productId, quantity: 1 }] } },
      { method: 'PATCH', url: `/orders/${orderId}`, rest: {} },
    ] as const
    for (const { method, url, rest } of routes) {
      const where = `${method} ${url}`
      const send = (json: string) =>
        app.inject({
          method,
          url,
          headers: { ...admin, 'content-type': 'application/json' },
          payload: `${JSON.stringify(rest).slice(0, -1)}${Object.keys(rest).length > 0 ? ',' : ''}"metadata":${json}}`,
        })
      for (const { metadata, name } of VALID) {
        const answer = await send(JSON.stringify(metadata))
        t.ok(answer.statusCode < 300, `${where}, ${name}: ${answer.body}`)
        const body = answer.json()
        t.same((body.orders?.[0] ?? body).metadata, metadata, `${where}, ${name}`)
      }
      for (const [json, message, name] of INVALID) {
        const answer = await send(json)
        t.equal(answer.statusCode, 400, `${where}, ${name}: ${answer.body}`)
        const paths: { path: string; message: string }[] = answer.json().errors
        t.equal(paths.length, 1, `${where}, ${name}`)
        t.match(paths[0]?.path, /^metadata(\.|$)/, `${where}, ${name}`)
        t.match(paths[0]?.message, message, `${where}, ${name}`)
      }
      for (const json of ['{"__proto__":{"a":1}}', '{"a":[{"__proto__":1}]}'])
        t.equal((await send(json)).statusCode, 400, `${where}, ${json}`)
    }
    t.same(({} as { a?: unknown }).a, undefined)
  },
)

t.test('null removes metadata where it may be changed, and is none of an order to be placed', async (t) => {
  const { call, add } = await shop(t, noRateLimits)
  const { id: productId } = await add({ metadata: null })
  t.equal((await call('GET', `/products/${productId}`)).json().metadata, null)
  const items = [{ productId, quantity: 1 }]
  for (const [url, payload] of [
    ['/orders', { ...items[0], metadata: null }],
    ['/checkouts', { items, metadata: null }],
  ] as const)
    t.match((await call('POST', url, payload)).json(), {
      status: 400,
      errors: [{ path: 'metadata', message: 'must be an object' }],
    })
  for (const value of [{ a: 1 }, {}, null, { b: 2 }, null])
    t.same((await call('PATCH', `/products/${productId}`, { metadata: value })).json().metadata, value)
  const { id } = (await call('POST', '/orders', { ...items[0], metadata: { a: 1 } })).json()
  for (const value of [{}, null, { b: 2 }, null])
    t.same((await call('PATCH', `/orders/${id}`, { metadata: value })).json().metadata, value)
  t.match((await call('PATCH', `/orders/${id}`, { metadata: 5 })).json().errors, [
    { path: 'metadata', message: 'must be an object or null' },
  ])
})
