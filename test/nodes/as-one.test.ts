import t, { type Test } from 'tap'
import { noRateLimits, signIn } from '../helpers/app.js'
import { addProduct, auditBooks } from '../helpers/books.js'
import { type App, openNodes } from '../helpers/open-nodes.js'
import { noRedis, startRedis, until } from '../helpers/redis-server.js'
import { listen, open, relayed, token } from '../helpers/sockets.js'

const isElected = (node: App) => node.sharedCommitter?.isElected === true

/** Opens nodes of which one is elected and the others have a channel to it. */
async function openElected(t: Test, count = 3) {
  const redis = await startRedis(t)
  const settings = {
    redisUrl: redis.url,
    orderCommitter: 'elected',
    ...noRateLimits,
  } as const
  const { nodes } = await openNodes(t, Array(count).fill(settings))
  await until(() => nodes.every((node) => isElected(node) || node.sharedCommitter?.channel !== undefined))
  const elected = nodes.find(isElected)
  const [asked, other] = nodes.filter((node) => node !== elected)
  if (!elected || !asked) throw new Error('one node is elected, and another not')
  return { redis, nodes, elected, asked, other: other ?? elected }
}

const figure = async (node: App, name: string) => {
  const metric = await node.metrics.getSingleMetricAsString(name)
  return Number(new RegExp(`^${name}(?:_count)? (\\d+)`, 'm').exec(metric)?.[1])
}

t.test('nodes with an elected committer answer as one alone', { skip: noRedis }, async (t) => {
  const { nodes, elected, asked, other } = await openElected(t)
  const { headers } = await signIn(asked)
  const productId = await addProduct(asked, { stock: 50 })
  const post = (node: App, url: string, payload: object, key?: string) =>
    node.inject({
      method: 'POST',
      url,
      payload,
      headers: { ...headers, ...(key !== undefined && { 'idempotency-key': key }) },
    })

  await t.test('an order is committed by the elected node alone', async (t) => {
    const before = await figure(asked, 'order_batch_size')
    const placed = await post(asked, '/orders', {
      productId,
      quantity: 1,
      note: 'ring twice',
      metadata: { a: [1] },
    })
    t.equal(placed.statusCode, 201)
    t.equal(placed.headers['idempotent-replayed'], undefined)
    t.equal(placed.headers.location, `/orders/${placed.json().id}`)
    t.match(placed.json(), { quantity: 1, note: 'ring twice', metadata: { a: [1] }, status: 'pending' })
    t.equal(await figure(asked, 'order_batch_size'), before)
    t.equal(await figure(asked, 'orders_forwarded_total'), 1)
    t.equal(await figure(elected, 'order_committer'), 1)
    t.equal(await figure(asked, 'order_committer'), 0)
    for (const node of nodes) {
      const read = await node.inject({ url: `/orders/${placed.json().id}`, headers })
      t.same(read.json(), placed.json())
    }
  })

  await t.test('the node that was asked shows the new stock and its ledger at once', async (t) => {
    const admin = (await signIn(asked, 'admin')).headers
    for (let i = 0; i < 10; i++) {
      const stockOf = async () =>
        (await asked.inject({ url: `/products/${productId}` })).json().stock as number
      const before = await stockOf()
      t.equal((await post(asked, '/orders', { productId, quantity: 1 })).statusCode, 201)
      t.equal(await stockOf(), before - 1)
      const ledger = await asked.inject({ url: `/products/${productId}/ledger?limit=1`, headers: admin })
      t.match(ledger.json(), { items: [{ stock: before - 1, cause: 'order' }] })
    }
  })

  await t.test('a key is replayed by every node', async (t) => {
    const order = { productId, quantity: 2 }
    const first = await post(asked, '/orders', order, 'k-1')
    t.equal(first.headers['idempotent-replayed'], undefined)
    for (const node of [asked, other, elected]) {
      const again = await post(node, '/orders', order, 'k-1')
      t.equal(again.statusCode, 201)
      t.equal(again.headers['idempotent-replayed'], 'true')
      t.equal(again.body, first.body)
      const reused = await post(node, '/orders', { productId, quantity: 3 }, 'k-1')
      t.equal(reused.statusCode, 422)
    }
    const baskets = await Promise.all(
      [asked, other, elected].map((node) => post(node, '/checkouts', { items: [order] }, 'k-1')),
    )
    t.same(
      baskets.map(({ statusCode }) => statusCode),
      [201, 201, 201],
    )
    t.equal(new Set(baskets.map(({ body }) => body)).size, 1)
    t.equal(baskets.filter((answer) => answer.headers['idempotent-replayed'] === 'true').length, 2)
  })

  await t.test('refusals are the same at every node', async (t) => {
    const gone = '01890a5d-ac96-774b-bcce-b302099a8057'
    for (const [url, payload, statusCode] of [
      ['/orders', { productId, quantity: 1_000 }, 409],
      ['/orders', { productId: gone, quantity: 1 }, 404],
      ['/checkouts', { items: [{ productId, quantity: 1_000 }] }, 409],
      ['/checkouts', { items: [{ productId: gone, quantity: 1 }] }, 404],
    ] as const) {
      const answers = await Promise.all(nodes.map((node) => post(node, url, payload)))
      const bodies = answers.map((answer) => ({ ...answer.json(), instance: null, requestId: null }))
      for (const [i, answer] of answers.entries()) {
        t.equal(answer.statusCode, statusCode, answer.body)
        t.same(bodies[i], bodies[0])
      }
    }
  })

  await t.test('events reach the sockets of all nodes once, in order', async (t) => {
    const admin = token(await signIn(asked, 'admin'))
    const urls = await Promise.all(nodes.map(listen))
    const clients = urls.map((url) => open(t, `${url}/admin`, { token: admin }))
    await Promise.all(clients.map((client) => client.ready()))
    const many = await addProduct(asked, { stock: 1_000 })
    const from = await asked.eventLog.head()
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, i) =>
        post(nodes[i % 3] as App, '/orders', { productId: many, quantity: 1 }),
      ),
    )
    t.same(new Set(answers.map(({ statusCode }) => statusCode)), new Set([201]))
    const head = await asked.eventLog.head()
    t.equal(head, from + 120)
    for (const [i, client] of clients.entries()) {
      await relayed(nodes[i] as App)
      await until(() => client.events.length >= 120)
      t.same(
        client.events.map(({ offset }) => offset),
        Array.from({ length: 120 }, (_, k) => from + 1 + k),
      )
    }
  })

  await t.test('a customer’s own data has no key that a node generated', async (t) => {
    const exported = await asked.inject({ url: '/auth/me/export', headers })
    t.equal(exported.statusCode, 200)
    const keys = new Set(
      exported.json().orders.map((order: { idempotencyKey: unknown }) => order.idempotencyKey),
    )
    t.same(keys, new Set([null, 'k-1']))
  })

  t.same(await auditBooks(asked.db), [])
})

t.test(
  'when the elected node closes, another one is elected and no order fails',
  { skip: noRedis },
  async (t) => {
    const { nodes, elected, asked } = await openElected(t)
    const { id: userId } = await signIn(asked)
    const productId = await addProduct(asked, { stock: 1_000 })
    const sell = () => asked.orders.place({ userId, productId, quantity: 1, idempotencyKey: null })
    const before = Array.from({ length: 50 }, sell)
    const closing = elected.close()
    for (let i = 0; i < 5; i++) await Promise.all([sell(), sell()])
    await Promise.all(before)
    await closing
    const rest = nodes.filter((node) => node !== elected)
    await until(
      () => rest.some(isElected) && rest.every((node) => isElected(node) || node.sharedCommitter?.channel),
    )
    await sell()
    t.equal(await asked.db.read.order.count(), 61)
    t.same(await auditBooks(asked.db), [])
  },
)

t.test('nodes that decide otherwise, or are told to, commit for themselves', { skip: noRedis }, async (t) => {
  const redis = await startRedis(t)
  const common = { redisUrl: redis.url }
  const { nodes } = await openNodes(t, [
    common,
    { ...common, maxOpenOrders: 1_000 },
    { ...common, jwtSecret: 'another secret of thirty-two characters' },
    { ...common, orderCommitter: 'each' },
  ])
  const [first, limited, stranger, each] = nodes as [App, App, App, App]
  await until(() => isElected(first))
  t.equal(each.sharedCommitter, undefined)
  const { id: userId } = await signIn(first)
  const productId = await addProduct(first, { stock: 1_000 })
  // Longer than it takes to look and to open a channel.
  for (let i = 0; i < 12; i++) {
    for (const node of nodes)
      await node.orders.place({ userId, productId, quantity: 1, idempotencyKey: null })
    for (const node of [limited, stranger]) t.equal(node.sharedCommitter?.channel, undefined)
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  for (const node of [limited, stranger, each]) t.equal(await figure(node, 'order_batch_size'), 12)
})
