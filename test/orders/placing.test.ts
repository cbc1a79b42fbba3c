import Database from 'better-sqlite3'
import t from 'tap'
import { databaseFile } from '../../src/db/sqlite/file.js'
import { build, faultyPaths, signIn } from '../helpers/app.js'
import { addProduct, auditBooks } from '../helpers/books.js'
import { onServer } from '../helpers/database.js'
import { type Headers, order, stockOf, tally } from '../helpers/orders.js'

t.test('an order takes stock, has a Location, and is in the log', async (t) => {
  const app = await build(t)
  const { id: userId, headers } = await signIn(app)
  const productId = await addProduct(app, { stock: 12, price: 1999 })
  const answer = await order(app, headers, { productId, quantity: 3 })
  t.equal(answer.statusCode, 201)
  const placed = answer.json()
  t.match(placed, { userId, productId, quantity: 3, unitPrice: 19.99, totalPrice: 59.97, status: 'pending' })
  t.match(placed.createdAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  t.equal(answer.headers.location, `/orders/${placed.id}`)
  t.same((await app.inject({ url: `/orders/${placed.id}`, headers })).json(), placed)
  t.equal(await stockOf(app, productId), 9)
  const events = await app.eventLog.read(0, 10)
  t.match(events, [
    { offset: 1, type: 'order:created', data: placed },
    { offset: 2, type: 'stock:changed', data: { productId, stock: 9 } },
    { offset: 3, type: 'stock:low', data: { productId, stock: 9, threshold: 10 } },
  ])
  t.same(await auditBooks(app.db), [])
})

t.test('the most expensive possible order is exact', async (t) => {
  const app = await build(t)
  const { headers } = await signIn(app)
  const productId = await addProduct(app, { stock: 1_000_000_000, price: 100_000_000 })
  const answer = await order(app, headers, { productId, quantity: 10_000 })
  t.match(answer.json(), { unitPrice: 1_000_000, totalPrice: 10_000_000_000 })
  const penny = await addProduct(app, { stock: 10, price: 10 })
  t.match((await order(app, headers, { productId: penny, quantity: 3 })).json(), { totalPrice: 0.3 })
})

t.test('stock is never oversold: 100 buyers at once for 10 units', async (t) => {
  const app = await build(t)
  const { headers } = await signIn(app)
  const productId = await addProduct(app, { stock: 10 })
  const buy = () => order(app, headers, { productId, quantity: 1 })
  const answers = await Promise.all(Array.from({ length: 100 }, buy))
  t.same(tally(answers), { 201: 10, 409: 90 })
  t.equal(await stockOf(app, productId), 0)
  const refused = await order(app, headers, { productId, quantity: 4 })
  t.match(refused.json(), {
    type: '/problems/insufficient-stock',
    status: 409,
    productId,
    requested: 4,
    available: 0,
  })
  t.match(refused.headers['content-type'], /^application\/problem\+json/)
  t.same(await auditBooks(app.db), [])
})

t.test('every invalid field is named, and no value is coerced', async (t) => {
  const app = await build(t)
  const { headers } = await signIn(app)
  const productId = await addProduct(app)
  const faults: [object, string[]][] = [
    [{}, ['productId', 'quantity']],
    [{ productId, quantity: '5' }, ['quantity']],
    [{ productId, quantity: 0 }, ['quantity']],
    [{ productId, quantity: 10_001 }, ['quantity']],
    [{ productId, quantity: 1.5 }, ['quantity']],
    [{ productId: 7, quantity: null }, ['productId', 'quantity']],
    [{ productId, quantity: 1, price: 1 }, ['price']],
    [[], ['body']],
  ]
  for (const [payload, paths] of faults) {
    const answer = await order(app, headers, payload)
    t.equal(answer.statusCode, 400, JSON.stringify(payload))
    t.same(faultyPaths(answer), paths)
  }
  for (const id of ['', 'nope', `${productId}0`, productId.toUpperCase(), "' OR 1=1 --", '\u0000'])
    t.equal((await order(app, headers, { productId: id, quantity: 1 })).statusCode, 404, `product ${id}`)
  t.equal((await order(app, {}, { productId, quantity: 1 })).statusCode, 401)
  t.equal(await stockOf(app, productId), 100)
})

t.test('an idempotency key makes a retry safe', async (t) => {
  const app = await build(t)
  const { headers } = await signIn(app)
  const other = await signIn(app)
  const productId = await addProduct(app, { stock: 10 })
  const keyed = (key: string, quantity = 2, as: Headers = headers) =>
    order(app, { ...as, 'idempotency-key': key }, { productId, quantity })

  const [first, ...rest] = await Promise.all(Array.from({ length: 8 }, () => keyed('cart-1')))
  t.equal(first?.statusCode, 201)
  const made = [first, ...rest].filter((answer) => answer?.headers['idempotent-replayed'] === undefined)
  t.equal(made.length, 1, 'exactly one of the concurrent requests created it')
  for (const answer of rest) t.same(answer.json(), first?.json())
  const quoted = await keyed('"cart-1"')
  t.match(quoted, { statusCode: 201, headers: { 'idempotent-replayed': 'true' } })
  t.equal(quoted.json().id, first?.json().id, 'a later request is answered with it too, its key in quotes')
  t.match(await keyed('cart-1', 3), { statusCode: 422 }, 'the same key with another body')
  t.equal(
    (await keyed('cart-1', 2, other.headers)).headers['idempotent-replayed'],
    undefined,
    "another user's key",
  )
  t.equal(await stockOf(app, productId), 6)

  t.equal((await keyed('cart-2', 7)).statusCode, 409)
  await app.db.write((tx) =>
    tx.product.update({ where: { id: productId }, data: { stock: { increment: 90 } } }),
  )
  t.equal((await keyed('cart-2', 7)).statusCode, 201, 'a refusal is not stored')

  for (const key of [
    '',
    ' ',
    '""',
    '"',
    '"abc',
    'abc"',
    '"a"b"',
    '"abc\\"',
    'x'.repeat(256),
    'naïve',
    'tab\tbed',
  ]) {
    const answer = await keyed(key)
    t.match(answer, { statusCode: 400 }, JSON.stringify(key))
    t.match(answer.json().errors, [{ path: 'idempotency-key' }])
  }
  t.equal((await keyed('x'.repeat(255))).statusCode, 201)
  const inner = await keyed('a"b')
  t.equal((await keyed('"a\\"b"')).json().id, inner.json().id, 'a quote within a key is part of it')
})

t.test('a query beside an open transaction does not see its changes', async (t) => {
  const app = await build(t)
  await signIn(app)
  const productId = await addProduct(app, { stock: 5 })
  await t.rejects(
    app.db.write(async (tx) => {
      await tx.product.update({ where: { id: productId }, data: { stock: 1 } })
      t.equal(await stockOf(app, productId), 5)
      throw new Error('roll back')
    }),
    /roll back/,
  )
  t.equal(await stockOf(app, productId), 5)
})

t.test(
  'an order waits while another process locks the file, and is placed once',
  { skip: onServer },
  async (t) => {
    const app = await build(t)
    const { headers } = await signIn(app)
    const productId = await addProduct(app, { stock: 10 })
    const rival = new Database(databaseFile(app.config.databaseUrl))
    t.teardown(() => rival.close())
    rival.exec('BEGIN IMMEDIATE')
    const answers = Promise.all(
      Array.from({ length: 5 }, () => order(app, headers, { productId, quantity: 1 })),
    )
    t.equal((await app.inject({ url: '/orders', headers })).statusCode, 200, 'reads go on')
    rival.exec('COMMIT')
    t.same(tally(await answers), { 201: 5 })
    t.same(await auditBooks(app.db), [])
  },
)

t.test('orders beyond the queue limit are refused with 503 and Retry-After', async (t) => {
  const app = await build(t, { orderQueueMax: 3, orderBatchMax: 1 })
  const { headers } = await signIn(app)
  const productId = await addProduct(app)
  const buy = () => order(app, headers, { productId, quantity: 1 })
  const answers = await Promise.all(Array.from({ length: 40 }, buy))
  const counts = tally(answers)
  t.ok((counts[503] ?? 0) > 0 && (counts[201] ?? 0) > 0, JSON.stringify(counts))
  t.equal((counts[503] ?? 0) + (counts[201] ?? 0), 40)
  t.match(
    answers.find(({ statusCode }) => statusCode === 503),
    { headers: { 'retry-after': '1' } },
  )
  t.equal(await stockOf(app, productId), 100 - (counts[201] ?? 0))
})

t.test('closing settles the orders in the queue', async (t) => {
  const app = await build(t)
  const { id: userId } = await signIn(app)
  const productId = await addProduct(app)
  const placed = Array.from({ length: 20 }, () =>
    app.orders.place({ userId, productId, quantity: 1, idempotencyKey: null }),
  )
  const [, ...results] = await Promise.all([app.close(), ...placed])
  t.equal(results.length, 20)
})
