import t from 'tap'
import { newId } from '../../src/ids.js'
import { build, noRateLimits, signIn } from '../helpers/app.js'
import { addProduct } from '../helpers/books.js'

/** Ids of nothing: unknown, of another form, and longer than any. */
const ODD = [
  '',
  ' ',
  'nope',
  '\0',
  'ü',
  '%',
  "' OR 1=1 --",
  newId(),
  newId().toUpperCase(),
  'x'.repeat(5_000),
]

t.test('a list that is narrowed to an id of nothing is empty', async (t) => {
  const app = await build(t, noRateLimits)
  const { headers } = await signIn(app, 'admin')
  await app.orders.place({
    userId: (await signIn(app)).id,
    productId: await addProduct(app),
    quantity: 1,
    idempotencyKey: null,
  })
  for (const id of ODD.filter((each) => each !== ''))
    for (const [path, names] of [
      ['/orders', ['userId', 'productId', 'checkoutId']],
      ['/audit', ['subject', 'actor']],
    ] as const)
      for (const name of names) {
        const answer = await app.inject({ url: path, query: { [name]: id, limit: '5' }, headers })
        t.match(answer, { statusCode: 200 }, `${path}?${name}=${id.slice(0, 40)}`)
        t.same(answer.json(), { items: [], nextCursor: null })
      }
  for (const id of ODD.filter((each) => each !== '')) {
    const query = { productId: id, format: 'ndjson' }
    t.match(await app.inject({ url: '/orders/export', query, headers }), { statusCode: 200, body: '' }, id)
    t.match(
      await app.inject({ url: '/events', query: { epoch: id }, headers }),
      { statusCode: 409, body: /other-log/ },
      'an epoch is an id too',
    )
  }
})

t.test('in a body, an id of nothing is not found: on its own, or as a line', async (t) => {
  const app = await build(t, noRateLimits)
  const { headers } = await signIn(app, 'admin')
  const productId = await addProduct(app, { stock: 7 })
  const send = (method: 'POST' | 'PUT', url: string, payload: object) =>
    app.inject({ method, url, headers, payload })

  const statuses = await send('POST', '/orders/status', { ids: ODD, status: 'shipped' })
  t.equal(statuses.statusCode, 200)
  t.match(
    statuses.json().items,
    ODD.map((id) => ({ id, status: 404, problem: { type: '/problems/not-found' } })),
  )

  const lines = [
    ...ODD.map((id) => ({ productId: id, delta: 1 })),
    ...ODD.map((sku) => ({ sku, stock: 1 })),
    { productId, delta: 1 },
  ]
  const stocks = await send('PUT', '/products/stock', { items: lines })
  t.equal(stocks.statusCode, 200, stocks.body.slice(0, 300))
  t.match(
    stocks.json().items,
    lines.map((line) =>
      'productId' in line && line.productId === productId ? { status: 200 } : { status: 404 },
    ),
  )

  const items = [productId, ...ODD].map((id) => ({ productId: id, quantity: 1 }))
  const checkout = await send('POST', '/checkouts', { items })
  t.match(checkout.json(), { status: 404, productIds: ODD })
  for (const id of ODD)
    t.equal((await send('POST', '/orders', { productId: id, quantity: 1 })).statusCode, 404, id)
  t.match((await app.inject(`/products/${productId}`)).json(), { stock: 8 })
})

t.test('a passkey with an id of nothing signs nobody in', async (t) => {
  const app = await build(t, noRateLimits)
  for (const id of ODD) {
    const response = { clientDataJSON: 'e30', authenticatorData: 'e30', signature: 'e30' }
    const answer = await app.inject({
      method: 'POST',
      url: '/auth/login/passkey',
      payload: { id, rawId: id, type: 'public-key', clientExtensionResults: {}, response },
    })
    t.match(answer.json(), { status: 401, type: '/problems/invalid-passkey' }, id.slice(0, 40))
  }
})
