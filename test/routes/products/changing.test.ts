import t from 'tap'
import { build, faultyPaths, signIn } from '../../helpers/app.js'
import { auditBooks } from '../../helpers/books.js'
import { eventsOf, shop } from '../../helpers/shop.js'

t.test('a product is created, read, changed and deleted', async (t) => {
  const { app, adminId, call } = await shop(t)
  const created = await call('POST', '/products', { name: 'Desk lamp', price: 19.99, stock: 40 })
  const product = created.json()
  t.match(created, {
    statusCode: 201,
    headers: { etag: /^"[0-9a-f]{8}-1"$/, location: `/products/${product.id}` },
  })
  t.match(product, { name: 'Desk lamp', price: 19.99, stock: 40, createdAt: product.updatedAt })
  const read = await app.inject(`/products/${product.id}`)
  t.match(read, { statusCode: 200, headers: { etag: /^"[0-9a-f]{8}-1"$/ } })
  t.same(read.json(), product)

  const renamed = await call('PATCH', `/products/${product.id}`, { name: 'Floor lamp' })
  t.match(renamed, { statusCode: 200, headers: { etag: /-2"$/ } })
  t.match(renamed.json(), { name: 'Floor lamp', price: 19.99, stock: 40 })
  const counted = await call('PATCH', `/products/${product.id}`, { price: 0.1, stock: 7 })
  t.match(counted.json(), { name: 'Floor lamp', price: 0.1, stock: 7 })
  const adjusted = await call('POST', `/products/${product.id}/stock-adjustments`, {
    delta: 30,
    reason: 'Delivery',
  })
  t.match(adjusted, { statusCode: 200, headers: { etag: /-4"$/ } })
  t.match(adjusted.json(), { stock: 37, price: 0.1 })

  t.match(await call('DELETE', `/products/${product.id}`), { statusCode: 204, body: '' })
  for (const answer of await Promise.all([
    call('GET', `/products/${product.id}`),
    call('PATCH', `/products/${product.id}`, { stock: 1 }),
    call('POST', `/products/${product.id}/stock-adjustments`, { delta: 1 }),
    call('DELETE', `/products/${product.id}`),
  ]))
    t.match(answer, { statusCode: 404, headers: { 'content-type': /problem\+json/ } })
  t.same((await app.inject('/products?page=1')).json(), {
    items: [],
    nextCursor: null,
    page: 1,
    total: 0,
    totalIsExact: true,
  })

  t.match(await eventsOf(app), [
    { type: 'product:created', data: product },
    { type: 'product:updated', data: renamed.json() },
    { type: 'product:updated', data: counted.json() },
    { type: 'stock:changed', data: { productId: product.id, stock: 7 } },
    { type: 'stock:low', data: { productId: product.id, stock: 7, threshold: 10 } },
    { type: 'stock:changed', data: { productId: product.id, stock: 37 } },
    { type: 'product:deleted', data: { id: product.id, stock: 37 } },
  ])
  const booked = await app.db.read.stockAdjustment.findMany({ orderBy: { id: 'asc' } })
  t.match(booked, [
    { delta: 40n, reason: 'initial stock', userId: adminId },
    { delta: -33n, reason: null, userId: adminId },
    { delta: 30n, reason: 'Delivery', userId: adminId },
  ])
  t.same(await auditBooks(app.db), [])
  t.equal((await app.db.read.productTerm.findMany()).length, 0, 'the search does not find it')
})

t.test(
  'guests and customers read products, and only admins write them, unless the settings allow it',
  async (t) => {
    for (const [productWriteAccess, customerMay] of [
      ['admin', false],
      ['authenticated', true],
    ] as const) {
      const { app, add } = await shop(t, { productWriteAccess })
      const { headers: customer } = await signIn(app)
      const { id } = await add()
      const writes = [
        { method: 'POST', url: '/products', payload: { name: 'Mug', price: 1, stock: 1 } },
        { method: 'PATCH', url: `/products/${id}`, payload: { stock: 1 } },
        { method: 'POST', url: `/products/${id}/stock-adjustments`, payload: { delta: 1 } },
        { method: 'DELETE', url: `/products/${id}` },
      ] as const
      for (const write of writes) {
        t.match(await app.inject(write), { statusCode: 401 }, `${write.method} by a guest`)
        const { statusCode } = await app.inject({ ...write, headers: customer })
        t.equal(statusCode === 403, !customerMay, `${write.method} by a customer: ${statusCode}`)
      }
      for (const url of ['/products', `/products/${(await add()).id}`])
        t.equal((await app.inject(url)).statusCode, 200, 'a guest reads')
    }
  },
)

t.test('prices and stock are exact up to their limits', async (t) => {
  const { app, add } = await shop(t)
  for (const price of [0, 0.01, 0.07, 0.1, 0.29, 1.15, 4.35, 999_999.99, 1_000_000]) {
    const { id } = await add({ price })
    const read = await app.inject(`/products/${id}`)
    t.match(read.body, `"price":${price},`, `${price}`)
  }
  t.equal((await add({ stock: 1_000_000_000 })).stock, 1_000_000_000)
  const cents = await app.db.read.product.aggregate({ _sum: { price: true } })
  t.equal(cents._sum.price, 0 + 1 + 7 + 10 + 29 + 115 + 435 + 99_999_999 + 100_000_000 + 1999)
})

t.test('an invalid product is refused with every invalid field, and changes nothing', async (t) => {
  const { app, call, add } = await shop(t)
  const { id } = await add()
  const good = { name: 'Mug', price: 1, stock: 1 }
  const faulty: [object, string[]][] = [
    [{}, ['name', 'price', 'stock']],
    [{ name: '', price: -1, stock: 1.5 }, ['name', 'price', 'stock']],
    [{ name: 'x'.repeat(201), price: '5', stock: null }, ['name', 'price', 'stock']],
    [{ name: '   ', price: 19.999, stock: -1 }, ['name', 'price', 'stock']],
    [{ name: 'a\nb', price: 0.1 + 0.2, stock: 1e9 + 1 }, ['name', 'price', 'stock']],
    [{ name: '\u{d800}', price: 1_000_000.01, stock: true }, ['name', 'price', 'stock']],
    [{ name: '\u{200b}', price: 1e-9, stock: [] }, ['name', 'price', 'stock']],
    [{ ...good, role: 'admin', id: 'mine' }, ['role', 'id']],
  ]
  const before = (await eventsOf(app)).length
  for (const [body, paths] of faulty) {
    const answer = await call('POST', '/products', body)
    t.match(answer, { statusCode: 400, headers: { 'content-type': /problem\+json/ } })
    t.same(faultyPaths(answer), paths.sort(), JSON.stringify(body).slice(0, 80))
  }
  const changes: [object, string][] = [
    [{}, 'body'],
    [{ price: null }, 'price'],
    [{ version: 3 }, 'version'],
  ]
  for (const [body, path] of changes)
    t.match((await call('PATCH', `/products/${id}`, body)).json(), { status: 400, errors: [{ path }] })
  for (const body of [{ delta: 0 }, { delta: 1.5 }, { delta: '1' }, { delta: 1e9 + 1 }])
    t.match((await call('POST', `/products/${id}/stock-adjustments`, body)).json(), {
      status: 400,
      errors: [{ path: 'delta' }],
    })
  t.match((await call('POST', `/products/${id}/stock-adjustments`, { delta: 1, reason: '' })).json(), {
    errors: [{ path: 'reason' }],
  })
  t.equal((await eventsOf(app)).length, before)
  t.equal((await add({ name: '😀'.repeat(200) })).name, '😀'.repeat(200), 'characters are counted, not bytes')
})

t.test('an unknown or malformed id is not found', async (t) => {
  const { call } = await shop(t)
  const ids = ['019aa3c2-7a4e-7c31-9f0e-3f6f0e6f2b11', 'nope', '%00', '%F0%9F%98%80', "'--", 'x'.repeat(300)]
  for (const id of ids) {
    t.match(await call('GET', `/products/${id}`), { statusCode: 404 }, id)
    t.match(await call('PATCH', `/products/${id}`, { stock: 1 }), { statusCode: 404 })
    t.match(await call('POST', `/products/${id}/stock-adjustments`, { delta: 1 }), { statusCode: 404 })
    t.match(await call('DELETE', `/products/${id}`), { statusCode: 404 })
  }
})

t.test('stock stays between zero and its limit', async (t) => {
  const { app, call, add } = await shop(t)
  const { id } = await add({ stock: 5 })
  const adjust = (delta: number) => call('POST', `/products/${id}/stock-adjustments`, { delta })
  t.match((await adjust(-6)).json(), {
    status: 409,
    type: /insufficient-stock$/,
    productId: id,
    requested: 6,
    available: 5,
  })
  t.match((await adjust(1_000_000_000 - 4)).json(), { status: 409, type: /stock-limit$/ })
  t.match((await adjust(1_000_000_000 - 5)).json(), { stock: 1_000_000_000 })
  t.match((await adjust(-1_000_000_000)).json(), { stock: 0 })
  t.match((await adjust(-1)).json(), { status: 409, requested: 1, available: 0 })
  t.same(await auditBooks(app.db), [])
})

t.test('stock raised above the limit by a cancelled order may stay, and may be lowered', async (t) => {
  const app = await build(t)
  const { headers } = await signIn(app, 'admin')
  const limit = 1_000_000_000
  const make = { name: 'Screw', price: 0.01, stock: limit }
  const product = await app.inject({ method: 'POST', url: '/products', headers, payload: make })
  const { id } = product.json()
  const call = (method: 'POST' | 'PATCH', url: string, payload?: object) =>
    app.inject({ method, url, headers, ...(payload && { payload }) })
  const order = (await call('POST', '/orders', { productId: id, quantity: 50 })).json()
  await call('POST', `/products/${id}/stock-adjustments`, { delta: 50 })
  t.equal((await call('POST', `/orders/${order.id}/cancel`)).statusCode, 200)
  t.match((await app.inject(`/products/${id}`)).json(), { stock: limit + 50 })

  const renamed = await call('PATCH', `/products/${id}`, { name: 'Bolt', stock: limit + 50 })
  t.match(renamed, { statusCode: 200, body: new RegExp(`"stock":${limit + 50}`) })
  for (const stock of [limit + 49, limit + 51]) {
    const refused = await call('PATCH', `/products/${id}`, { stock })
    t.equal(refused.statusCode, 400)
    t.match(refused.json(), { errors: [{ path: 'stock' }] })
  }
  t.match(await call('POST', `/products/${id}/stock-adjustments`, { delta: 1 }), { statusCode: 409 })
  const lower = await call('POST', `/products/${id}/stock-adjustments`, { delta: -20 })
  t.match(lower, { statusCode: 200, body: new RegExp(`"stock":${limit + 30}`) })
  t.equal((await call('PATCH', `/products/${id}`, { stock: limit })).statusCode, 200)
  t.same(await auditBooks(app.db), [])
})
