import t from 'tap'
import { addProducts } from '../../../src/catalog/add-products.js'
import { MAX_STOCK } from '../../../src/catalog/product.js'
import { faultyPaths, noRateLimits, signIn } from '../../helpers/app.js'
import { auditBooks } from '../../helpers/books.js'
import { order } from '../../helpers/orders.js'
import { type Headers, shop } from '../../helpers/shop.js'

type Shop = Awaited<ReturnType<typeof shop>>

const take = ({ call }: Shop, items: object[], headers: Headers = {}) =>
  call('PUT', '/products/stock', { items, reason: 'Stocktake' }, headers)

const stocksOf = async ({ app }: Pick<Shop, 'app'>) =>
  new Map(
    (await app.db.read.product.findMany()).map(({ id, stock }): [string, number] => [id, Number(stock)]),
  )

t.test('each line is decided on its own, with all records of a single adjustment', async (t) => {
  const s = await shop(t, { ...noRateLimits, lowStockThreshold: 3 })
  const { app, add, adminId } = s
  const lamp = await add({ sku: 'LAMP', stock: 10 })
  const [desk, chair, full] = [
    await add({ stock: 5 }),
    await add({ stock: 2 }),
    await add({ stock: MAX_STOCK }),
  ]
  const gone = await add({ sku: 'GONE' })
  await s.call('DELETE', `/products/${gone.id}`)
  const before = await app.catalog.get(lamp.id)
  const [start, audited] = [await app.eventLog.head(), await app.db.read.auditEntry.count()]
  const answer = await take(s, [
    { sku: 'LAMP', stock: 3, expected: 10 },
    { productId: desk.id, stock: 9, expected: 4 },
    { productId: chair.id, delta: -3 },
    { productId: full.id, delta: 1 },
    { sku: 'GONE', stock: 1 },
    { productId: 'no id at all', delta: 1 },
  ])
  t.match(answer, { statusCode: 200 })
  const { items } = answer.json()
  t.same(
    items.map(({ status, problem }: { status: number; problem?: { type: string } }) => [
      status,
      problem?.type,
    ]),
    [
      [200, undefined],
      [409, '/problems/stock-changed'],
      [409, '/problems/insufficient-stock'],
      [409, '/problems/stock-limit'],
      [404, '/problems/not-found'],
      [404, '/problems/not-found'],
    ],
  )
  t.match(items[0], { sku: 'LAMP', product: { id: lamp.id, stock: 3, name: 'Lamp' } })
  t.match(items[1], { productId: desk.id, problem: { status: 409, expected: 4, available: 5 } })
  t.match(items[2].problem, { requested: 3, available: 2 })
  const after = await app.catalog.get(lamp.id)
  t.same(after.product, items[0].product, 'and the next read sees it')
  t.equal(after.version, before.version + 1n)
  t.same(
    (await app.eventLog.read(start, 100)).map(({ type, data, actor }) => ({ type, data, actor })),
    [
      { type: 'stock:changed', data: { productId: lamp.id, stock: 3 }, actor: { type: 'user', id: adminId } },
      {
        type: 'stock:low',
        data: { productId: lamp.id, stock: 3, threshold: 3 },
        actor: { type: 'user', id: adminId },
      },
    ],
  )
  t.match((await s.call('GET', `/products/${lamp.id}/ledger`)).json().items[0], {
    delta: -7,
    stock: 3,
    cause: 'adjustment',
    reason: 'Stocktake',
    actor: { id: adminId },
  })
  t.equal(await app.db.read.auditEntry.count(), audited + 1)
  t.match(await app.db.read.auditEntry.findFirst({ orderBy: { id: 'desc' } }), {
    action: 'product.stock-adjusted',
    subjectId: lamp.id,
    details: '{"stock":{"before":10,"after":3}}',
  })
  const head = await app.eventLog.head()
  t.match((await take(s, [{ sku: 'LAMP', stock: 3 }])).json(), { items: [{ status: 200 }] })
  t.equal(await app.eventLog.head(), head, 'a stock that is right is no change')
  t.same(await auditBooks(app.db), [])
})

t.test('of 1,000 lines one is refused, and the others hold; a malformed one refuses all', async (t) => {
  const s = await shop(t, noRateLimits)
  const { app, adminId } = s
  const inputs = Array.from({ length: 1_000 }, (_, i) => ({
    sku: `SKU-${String(i).padStart(60, '0')}`,
    name: `Lamp ${i}`,
    price: 1,
    stock: i,
  }))
  await addProducts(app.db, app.eventLog, inputs, adminId)
  const lines = inputs.map(({ sku, stock }, i) => ({
    sku,
    stock: stock + 7,
    expected: i === 500 ? 1 : stock,
  }))
  const bad = lines.map((line, i) => (i === 321 ? { ...line, stock: -1, expected: '321' } : line))
  const before = await stocksOf(s)
  t.same(faultyPaths(await take(s, bad)), ['items.321.expected', 'items.321.stock'])
  t.same(await stocksOf(s), before)
  const answer = await take(s, lines)
  t.match(answer, { statusCode: 200 })
  const statuses = answer.json().items.map(({ status }: { status: number }) => status)
  t.same(
    statuses,
    lines.map((_, i) => (i === 500 ? 409 : 200)),
  )
  const stocks = [...(await stocksOf(s)).values()].sort((a, b) => a - b)
  t.same(
    stocks,
    inputs.map(({ stock }, i) => stock + (i === 500 ? 0 : 7)).sort((a, b) => a - b),
  )
  t.equal(await app.db.read.stockAdjustment.count({ where: { cause: 'adjustment' } }), 999)
  t.same(faultyPaths(await take(s, [...lines, { sku: 'X', stock: 1 }])), ['items'])
  t.same(await auditBooks(app.db), [])
})

t.test('every field at fault is named, and a product may be in one line', async (t) => {
  const s = await shop(t)
  const { id } = await s.add({ sku: 'LAMP' })
  const faultsOf = async (items: unknown) => {
    const answer = await s.call('PUT', '/products/stock', { items })
    t.equal(answer.statusCode, 400)
    return answer.json().errors.map(({ path, message }: Record<string, string>) => `${path} ${message}`)
  }
  t.same(await faultsOf([{}]), [
    'items.0.sku is required, or productId',
    'items.0.stock is required, or delta',
  ])
  t.same(await faultsOf([{ sku: 'LAMP', productId: id, stock: 1, delta: 1 }]), [
    'items.0.productId cannot go with sku',
    'items.0.delta cannot go with stock',
  ])
  t.same(
    await faultsOf([
      { sku: 'LAMP', stock: 1 },
      { productId: id, delta: 0, expected: -1, count: 2 },
    ]),
    [
      'items.1.count is not a field of this request',
      'items.1.delta must not be 0',
      'items.1.expected must be at least 0',
    ],
  )
  t.same(
    await faultsOf([
      { sku: 'LAMP', stock: 1 },
      { productId: id, delta: 1 },
      { sku: 'NONE', delta: 1 },
      { sku: 'NONE', delta: 1 },
    ]),
    ['items.1.productId is the product of items.0', 'items.3.sku is the product of items.2'],
  )
  t.same(await faultsOf([]), ['items must have at least 1 item'])
  t.same((await stocksOf(s)).get(id), 5)
})

t.test('a retry under an idempotency key gets the first answer, with its refusals', async (t) => {
  const s = await shop(t)
  const { id } = await s.add({ stock: 5 })
  const items = [
    { productId: id, delta: 3 },
    { sku: 'NONE', stock: 1 },
  ]
  const key = { 'idempotency-key': 'shelf 4' }
  const first = await take(s, items, key)
  const again = await Promise.all(Array.from({ length: 10 }, () => take(s, items, key)))
  for (const answer of again)
    t.match(answer, { statusCode: 200, body: first.body, headers: { 'idempotent-replayed': 'true' } })
  t.equal((await stocksOf(s)).get(id), 8)
  t.match(await take(s, [{ productId: id, delta: 4 }], key), { statusCode: 422 })
  t.same(await auditBooks(s.app.db), [])
})

t.test('stock above the maximum may stay, or be lowered', async (t) => {
  const s = await shop(t)
  const buyer = await signIn(s.app)
  const { id } = await s.add({ stock: MAX_STOCK })
  const placed = await order(s.app, buyer.headers, { productId: id, quantity: 5 })
  await take(s, [{ productId: id, stock: MAX_STOCK }])
  await s.call('POST', `/orders/${placed.json().id}/cancel`)
  const status = async (line: object) => (await take(s, [{ productId: id, ...line }])).json().items[0].status
  t.equal(await status({ stock: MAX_STOCK + 5 }), 200)
  for (const stock of [MAX_STOCK + 4, MAX_STOCK + 6, 2 ** 53, 1e300]) {
    const other = await s.add({ stock: 3 })
    const refused = await take(s, [
      { productId: other.id, delta: 1 },
      { productId: id, stock },
      { sku: 'NONE', stock },
    ])
    t.match(refused.json(), {
      status: 400,
      errors: ['items.1.stock', 'items.2.stock'].map((path) => ({
        path,
        message: `must be at most ${MAX_STOCK}`,
      })),
    })
    t.equal((await stocksOf(s)).get(other.id), 3)
    const alone = await s.call('PATCH', `/products/${id}`, { stock })
    t.match(alone.json(), {
      status: 400,
      errors: [{ path: 'stock', message: `must be at most ${MAX_STOCK}` }],
    })
  }
  t.equal(await status({ delta: 1, expected: 1e300 }), 409)
  t.equal(await status({ delta: 1 }), 409)
  t.equal(await status({ delta: -1 }), 200)
  t.same(await auditBooks(s.app.db), [])
})

t.test('orders and stocktakes at once lose nothing', async (t) => {
  const s = await shop(t, noRateLimits)
  const { headers } = await signIn(s.app)
  const { headers: staff } = await signIn(s.app, 'staff')
  const ids = await Promise.all(Array.from({ length: 20 }, async () => (await s.add({ stock: 1_000 })).id))
  const work = Array.from({ length: 60 }, (_, i) => async () => {
    // On a busy server some get a 503, because stocktakes hold all rows.
    if (i % 3 > 0) return s.call('POST', '/orders', { productId: ids[i % ids.length], quantity: 1 }, headers)
    const lines = ids.toSorted(() => (i % 2 ? 1 : -1)).map((productId) => ({ productId, delta: -1 }))
    const answer = await take(s, lines, staff)
    t.ok(answer.json().items.every(({ status }: { status: number }) => status === 200))
    return answer
  })
  const answers = await Promise.all(work.map((run) => run()))
  t.ok(answers.every(({ statusCode }) => statusCode < 300))
  const left = [...(await stocksOf(s)).values()].reduce((sum, stock) => sum + stock, 0)
  t.equal(left, 20 * 1_000 - 20 * 20 - 40)
  t.same(await auditBooks(s.app.db), [])
})
