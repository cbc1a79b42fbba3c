import t, { type Test } from 'tap'
import { buildApp } from '../../src/app.js'
import { build, signIn } from '../helpers/app.js'
import { addProduct, auditBooks } from '../helpers/books.js'
import { order, tally } from '../helpers/orders.js'

const many = <T>(count: number, make: () => Promise<T>) => Promise.all(Array.from({ length: count }, make))

async function second(t: Test, first: Awaited<ReturnType<typeof build>>) {
  const app = buildApp(first.config)
  t.teardown(() => app.close())
  await app.ready()
  return app
}

t.test(
  'an account has a limited number of pending orders, until some are confirmed or cancelled',
  async (t) => {
    const app = await build(t, { maxOpenOrders: 3 })
    const [ada, grace, admin] = [await signIn(app), await signIn(app), await signIn(app, 'admin')]
    const productId = await addProduct(app)
    const buy = ({ headers }: typeof ada, more: Record<string, string> = {}) =>
      order(app, { ...headers, ...more }, { productId, quantity: 2 })
    const answers = await many(10, () => buy(ada))
    t.same(tally(answers), { 201: 3, 409: 7 }, 'exact within a batch')
    const refused = answers.find(({ statusCode }) => statusCode === 409)?.json()
    t.match(refused, { type: '/problems/order-limit', status: 409, limit: 3, open: 3 })
    t.match(refused.detail, /limit of pending orders per account is 3; this account has 3/)
    t.equal((await buy(grace)).statusCode, 201, 'each account is counted separately')

    const [first, other] = answers
      .filter(({ statusCode }) => statusCode === 201)
      .map((answer) => answer.json().id)
    await app.inject({ method: 'POST', url: `/orders/${first}/cancel`, headers: ada.headers })
    t.same(tally(await many(2, () => buy(ada))), { 201: 1, 409: 1 })
    await app.inject({
      method: 'PATCH',
      url: `/orders/${other}`,
      headers: admin.headers,
      payload: { status: 'confirmed' },
    })
    t.same(tally(await many(2, () => buy(ada))), { 201: 1, 409: 1 })
    t.same(await auditBooks(app.db), [])
  },
)

t.test('an account has a limited number of units in pending orders', async (t) => {
  const app = await build(t, { maxHeldUnits: 10 })
  const { headers } = await signIn(app)
  const productId = await addProduct(app)
  const buy = (quantity: number) => order(app, headers, { productId, quantity })
  t.equal((await buy(11)).statusCode, 409)
  t.equal((await buy(7)).statusCode, 201)
  const refused = await buy(4)
  t.equal(refused.statusCode, 409)
  t.match(refused.json(), { type: '/problems/order-limit', limit: 10, held: 7, requested: 4 })
  t.equal((await buy(3)).statusCode, 201)
  t.equal((await buy(1)).statusCode, 409)
})

t.test('a retry with its key counts once, also at the limit', async (t) => {
  const app = await build(t, { maxOpenOrders: 2, maxHeldUnits: 4 })
  const { headers } = await signIn(app)
  const productId = await addProduct(app)
  const buy = (key: string) => order(app, { ...headers, 'idempotency-key': key }, { productId, quantity: 2 })
  const answers = await Promise.all([buy('a'), buy('a'), buy('b'), buy('b'), buy('a')])
  t.same(tally(answers), { 201: 5 })
  t.equal((await buy('c')).statusCode, 409)
  t.match(await buy('b'), { statusCode: 201, headers: { 'idempotent-replayed': 'true' } })
})

t.test('two nodes that place orders for one account concurrently enforce its limit', async (t) => {
  const app = await build(t, { maxOpenOrders: 5 })
  const other = await second(t, app)
  const { headers } = await signIn(app)
  const products = await many(8, () => addProduct(app))
  for (let round = 1; round <= 3; round++) {
    // Of different products, so no product lock serializes them.
    const answers = await Promise.all(
      [app, other].flatMap((node) =>
        products.map((productId) => order(node, headers, { productId, quantity: 1 })),
      ),
    )
    t.same(tally(answers), { 201: 5, 409: 11 })
    const { items } = (await app.inject({ url: '/orders?status=pending&limit=100', headers })).json()
    t.equal(items.length, 5)
    for (const { id } of items) await app.inject({ method: 'POST', url: `/orders/${id}/cancel`, headers })
  }
  t.same(await auditBooks(app.db), [])
})

t.test('without a limit nothing is counted, and no user is read', async (t) => {
  const app = await build(t)
  const { headers } = await signIn(app)
  const productId = await addProduct(app)
  const { dialect } = app.db
  const asked: string[] = []
  // Of a product that is locked for a moment, rows are looked up too.
  const findRows: typeof dialect.findRows = (tx, table, ids) => {
    asked.push(`findRows of ${table}`)
    return dialect.findRows(tx, table, ids)
  }
  const watched = new Proxy(dialect, {
    get(target, name: keyof typeof dialect) {
      asked.push(name)
      return name === 'findRows' ? findRows : target[name]
    },
  })
  Object.assign(app.db, { dialect: watched })
  const fresh = (await import('../../src/orders/orders.js')).createOrders({
    db: app.db,
    eventLog: app.eventLog,
    lowStockThreshold: 0,
    maxBatch: 10,
    maxQueue: 10,
  })
  const { id: userId } = (await app.inject({ url: '/auth/me', headers })).json()
  await fresh.place({ userId, productId, quantity: 1, idempotencyKey: null })
  t.ok(asked.includes('lockProducts'))
  const ofUsers = ['lockUsers', 'countPending', 'findRows of users']
  t.same(
    asked.filter((name) => ofUsers.includes(name)),
    [],
  )
})
