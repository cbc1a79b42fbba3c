import t from 'tap'
import type { App } from '../../../src/app.js'
import { build, faultyPaths, noRateLimits, signIn } from '../../helpers/app.js'
import { addProduct, auditBooks } from '../../helpers/books.js'
import { type Headers, order, stockOf, tally } from '../../helpers/orders.js'

const checkOut = (app: App, headers: Headers, payload: object) =>
  app.inject({ method: 'POST', url: '/checkouts', headers, payload })

const itemsOf = (productIds: string[], quantity = 1) =>
  productIds.map((productId) => ({ productId, quantity }))

t.test('a checkout is several orders, with a Location of its own', async (t) => {
  const app = await build(t)
  const { id: userId, headers } = await signIn(app)
  const ids = [await addProduct(app, { price: 1010 }), await addProduct(app, { price: 1 })]
  const answer = await checkOut(app, headers, {
    items: itemsOf(ids, 3),
    note: 'Ring twice — 裏口へ',
    expiresIn: 60,
  })
  t.equal(answer.statusCode, 201)
  const placed = answer.json()
  t.same(Object.keys(placed), ['id', 'orders', 'totalPrice', 'expiresAt'])
  t.equal(answer.headers.location, `/checkouts/${placed.id}`)
  t.equal(placed.totalPrice, 30.33)
  t.match(placed.orders, [
    { userId, productId: ids[0], productName: 'Mug', quantity: 3, totalPrice: 30.3, status: 'pending' },
    {
      userId,
      productId: ids[1],
      checkoutId: placed.id,
      note: 'Ring twice — 裏口へ',
      expiresAt: placed.expiresAt,
    },
  ])
  const [first, second] = placed.orders
  t.same((await app.inject({ url: answer.headers.location ?? '', headers })).json(), placed)
  t.same((await app.inject({ url: `/orders/${second.id}`, headers })).json(), second)
  const told = await app.db.read.event.findFirst({ where: { type: 'order:created' } })
  t.match(told, { actorType: 'user', actorId: userId, requestId: String })

  await app.orders.cancel(second.id)
  const now = (await app.inject({ url: `/checkouts/${placed.id}`, headers })).json()
  t.match(now, { orders: [first, { status: 'cancelled', expiresAt: null }], expiresAt: first.expiresAt })
  t.equal(now.totalPrice, 30.33)
  await app.orders.cancel(first.id)
  t.match((await app.inject({ url: `/checkouts/${placed.id}`, headers })).json(), { expiresAt: null })
  t.same(await auditBooks(app.db), [])
})

t.test('a checkout is shown to its customer, staff and keys, and to nobody else', async (t) => {
  const app = await build(t)
  const [ada, grace, admin] = [await signIn(app), await signIn(app), await signIn(app, 'admin')]
  const { id } = (await checkOut(app, ada.headers, { items: itemsOf([await addProduct(app)]) })).json()
  const key = async (scope: 'orders:read' | 'products:read') => {
    const made = await app.apiKeys.create({ name: scope, scopes: [scope] }, admin.id)
    return { authorization: `Bearer ${made.key}` }
  }
  const statusOf = async (headers: Headers, url = `/checkouts/${id}`) =>
    (await app.inject({ url, headers })).statusCode
  for (const headers of [ada.headers, admin.headers, await key('orders:read')])
    t.equal(await statusOf(headers), 200)
  t.equal(await statusOf(grace.headers), 404)
  t.equal(await statusOf(await key('products:read')), 403)
  t.equal(await statusOf({}), 401)
  for (const other of [ada.id, 'nope', '%00', id.toUpperCase()])
    t.equal(await statusOf(admin.headers, `/checkouts/${other}`), 404)
  t.equal((await checkOut(app, await key('orders:read'), { items: [] })).statusCode, 403)
})

t.test('every invalid field is named, also of the hundredth item', async (t) => {
  const app = await build(t)
  const { headers } = await signIn(app)
  const productId = await addProduct(app)
  const items = [{ productId, quantity: 1 }]
  const many = Array.from({ length: 101 }, (_, i) => ({ productId: `p${i}`, quantity: 1 }))
  const faults: [object, string[]][] = [
    [{}, ['items']],
    [{ items: [] }, ['items']],
    [{ items: many }, ['items']],
    [
      { items: [...many.slice(0, 99), { productId, quantity: 0, price: 1 }] },
      ['items.99.price', 'items.99.quantity'],
    ],
    [{ items: [...items, { productId, quantity: 2 }] }, ['items.1.productId']],
    [{ items: [{ productId, quantity: '1' }] }, ['items.0.quantity']],
    [{ items: productId }, ['items']],
    [{ items, note: '' }, ['note']],
    [{ items, note: 'x'.repeat(501) }, ['note']],
    [{ items, note: 'one\ntwo' }, ['note']],
    [{ items, note: '   ' }, ['note']],
    [{ items, note: null }, ['note']],
    [{ items, expiresIn: 59 }, ['expiresIn']],
    [{ items, expiresIn: 604_801 }, ['expiresIn']],
    [{ items, expiresIn: 60.5 }, ['expiresIn']],
    [{ items, userId: productId }, ['userId']],
  ]
  for (const [payload, paths] of faults) {
    const answer = await checkOut(app, headers, payload)
    t.equal(answer.statusCode, 400, JSON.stringify(payload).slice(0, 200))
    t.same(faultyPaths(answer).sort(), paths)
    if ('note' in payload || 'expiresIn' in payload) {
      const { items: _, ...terms } = payload as { items?: unknown }
      t.same(
        faultyPaths(await order(app, headers, { productId, quantity: 1, ...terms })),
        paths,
        'an order too',
      )
    }
  }
  const edge = { note: 'é'.repeat(500), expiresIn: 604_800 }
  t.match((await order(app, headers, { productId, quantity: 1, ...edge })).json(), { note: edge.note })
  t.equal(await stockOf(app, productId), 99)
})

t.test('short lines and missing products are all named', async (t) => {
  const app = await build(t)
  const { headers } = await signIn(app)
  const [plenty, few] = [await addProduct(app), await addProduct(app, { stock: 1 })]
  const short = await checkOut(app, headers, { items: itemsOf([plenty, few], 2) })
  t.match(short, { statusCode: 409, headers: { 'content-type': /^application\/problem\+json/ } })
  t.match(short.json(), { type: '/problems/insufficient-stock' })
  t.same(short.json().shortages, [{ productId: few, requested: 2, available: 1 }])
  const missing = await checkOut(app, headers, { items: itemsOf([few, 'nope', plenty.toUpperCase()]) })
  t.match(missing.json(), { status: 404, type: '/problems/not-found' })
  t.same(missing.json().productIds, ['nope', plenty.toUpperCase()])
  t.equal(await app.eventLog.head(), 0)
})

t.test('fifty checkouts at once with one key are one', async (t) => {
  const app = await build(t)
  const { headers } = await signIn(app)
  const ids = [await addProduct(app), await addProduct(app)]
  const keyed = (payload: object) => checkOut(app, { ...headers, 'idempotency-key': '"cart"' }, payload)
  const items = itemsOf(ids, 2)
  const answers = await Promise.all(Array.from({ length: 50 }, () => keyed({ items })))
  t.same(tally(answers), { 201: 50 })
  t.equal(answers.filter((answer) => answer.headers['idempotent-replayed'] === 'true').length, 49)
  t.equal(new Set(answers.map(({ body }) => body)).size, 1, 'the same body')
  t.match(await keyed({ items: items.slice(1) }), { statusCode: 422 })
  t.same(await Promise.all(ids.map((id) => stockOf(app, id))), [98, 98])
  t.same(await auditBooks(app.db), [])
})

t.test('overlapping baskets never oversell, in whatever order their lines are', async (t) => {
  const app = await build(t, { orderBatchMax: 8, ...noRateLimits })
  const { headers } = await signIn(app)
  const stocks = [40, 17, 25, 9, 33]
  const ids = await Promise.all(stocks.map((stock) => addProduct(app, { stock })))
  const pick = (i: number) => ids.filter((_, place) => (i + place) % 3 > 0 || place === i % 5)
  const baskets = Array.from({ length: 120 }, (_, i) =>
    itemsOf(i % 2 ? pick(i) : pick(i).reverse(), (i % 3) + 1),
  )
  const answers = await Promise.all(baskets.map((items) => checkOut(app, headers, { items })))
  const counts = tally(answers)
  t.ok((counts[201] ?? 0) > 0 && (counts[409] ?? 0) > 0, JSON.stringify(counts))
  t.equal((counts[201] ?? 0) + (counts[409] ?? 0), 120)
  for (const [i, id] of ids.entries()) {
    const sold = answers.flatMap(({ statusCode }, at) =>
      statusCode === 201 ? (baskets[at] ?? []).filter(({ productId }) => productId === id) : [],
    )
    const left = await stockOf(app, id)
    t.ok(left >= 0)
    t.equal(left, (stocks[i] ?? 0) - sold.reduce((sum, { quantity }) => sum + quantity, 0))
  }
  t.equal(await app.db.read.checkout.count(), counts[201])
  t.same(await auditBooks(app.db), [])
})
