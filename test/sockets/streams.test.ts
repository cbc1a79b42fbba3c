import t from 'tap'
import { build, signIn } from '../helpers/app.js'
import { addProduct } from '../helpers/books.js'
import { isDense, listen, open, relayed, token } from '../helpers/sockets.js'

t.test('two admins, two customers and a guest each see exactly their own events', async (t) => {
  const app = await build(t)
  const url = await listen(app)
  const [boss, deputy, ann, bob] = [
    await signIn(app, 'admin'),
    await signIn(app, 'admin'),
    await signIn(app),
    await signIn(app),
  ]
  const clients = {
    boss: open(t, `${url}/admin`, { token: token(boss) }),
    deputy: open(t, `${url}/admin`, { token: token(deputy), batch: true }),
    ann: open(t, url, { token: token(ann) }),
    bob: open(t, url, { token: token(bob), batch: true }),
    stranger: open(t, `${url}/inventory`, undefined),
    polling: open(t, `${url}/inventory`, { batch: true }, { transports: ['polling'] }),
  }
  for (const client of Object.values(clients))
    t.match(await client.ready(), { offset: 0, recovered: false, epoch: /^\w+$/ })

  const made = await app.inject({
    method: 'POST',
    url: '/products',
    headers: boss.headers,
    payload: { name: 'Lamp', price: 10, stock: 12 },
  })
  const productId = made.json().id
  const order = (as: typeof ann, quantity: number) =>
    app.inject({ method: 'POST', url: '/orders', headers: as.headers, payload: { productId, quantity } })
  const anns = (await order(ann, 1)).json()
  const bobs = (await order(bob, 2)).json()
  await app.inject({
    method: 'PATCH',
    url: `/orders/${anns.id}`,
    headers: boss.headers,
    payload: { status: 'confirmed' },
  })
  await app.inject({ method: 'DELETE', url: `/products/${productId}`, headers: boss.headers })

  const head = await app.eventLog.head()
  for (const admin of [clients.boss, clients.deputy]) {
    await admin.until(() => admin.events.length >= head)
    t.ok(isDense(admin.events, 1, head), 'every event, in order')
    t.same(admin.events, await app.eventLog.read(0, 100), 'equal to the log')
  }
  await clients.ann.until(() => clients.ann.events.length >= 2)
  t.match(clients.ann.events, [
    { type: 'order:created', data: anns },
    { type: 'order:updated', data: { id: anns.id, status: 'confirmed' } },
  ])
  await clients.bob.until(() => clients.bob.events.length >= 1)
  t.match(clients.bob.events, [{ type: 'order:created', data: bobs }])
  for (const visitor of [clients.stranger, clients.polling]) {
    await visitor.until(() => visitor.events.at(-1)?.type === 'product:deleted')
    const types = new Set(visitor.events.map(({ type }) => type))
    t.same(types, new Set(['product:created', 'stock:changed', 'product:deleted']))
    const stocks = visitor.events.flatMap(({ type, data }) => (type === 'stock:changed' ? [data] : []))
    t.match(stocks.at(-1), { productId, stock: 9 })
  }
})

t.test(
  'a client that reconnects gets the events it missed, then live events, and no duplicates',
  async (t) => {
    const app = await build(t)
    const url = await listen(app)
    const [admin, ann, bob] = [await signIn(app, 'admin'), await signIn(app), await signIn(app)]
    const productId = await addProduct(app, { stock: 1_000_000 })
    const order = (userId: string) =>
      app.orders.place({ userId, productId, quantity: 1, idempotencyKey: null })
    for (let i = 0; i < 30; i++) await order(i % 3 === 0 ? bob.id : ann.id)
    const head = await app.eventLog.head()
    const epoch = await app.eventLog.epoch()
    await relayed(app)

    for (const batch of [false, true]) {
      const back = open(t, `${url}/admin`, { token: token(admin), epoch, offset: 7, batch })
      t.match(await back.ready(), { epoch, offset: head, recovered: true })
      t.ok(isDense(back.events, 8, head))
    }
    const own = open(t, url, { token: token(bob), epoch, offset: 0 })
    t.match(await own.ready(), { recovered: true })
    t.equal(own.events.length, 10)
    t.ok(own.events.every(({ data }) => 'userId' in data && data.userId === bob.id))
    const visitor = open(t, `${url}/inventory`, { epoch, offset: 0 })
    t.match(await visitor.ready(), { recovered: true })
    t.match(visitor.events, [{ type: 'stock:changed', offset: head, data: { stock: 1_000_000 - 30 } }])

    const lost: [string, object][] = [
      ['another log', { epoch: 'other', offset: 7 }],
      ['no log named', { offset: 7 }],
      ['the future', { epoch, offset: head + 1 }],
    ]
    for (const [what, auth] of lost) {
      const client = open(t, `${url}/admin`, { token: token(admin), ...auth })
      t.match(await client.ready(), { epoch, offset: head, recovered: false }, what)
      t.same(client.events, [])
    }
    const level = open(t, `${url}/admin`, { token: token(admin), epoch, offset: head })
    t.match(await level.ready(), { recovered: true })
  },
)

t.test('a client that missed more than REPLAY_MAX must reload', async (t) => {
  const app = await build(t, { replayMax: 5 })
  const url = await listen(app)
  const admin = await signIn(app, 'admin')
  const productId = await addProduct(app)
  for (let i = 0; i < 4; i++)
    await app.orders.place({ userId: admin.id, productId, quantity: 1, idempotencyKey: null })
  const epoch = await app.eventLog.epoch()
  await relayed(app)
  const far = open(t, `${url}/admin`, { token: token(admin), epoch, offset: 1 })
  t.match(await far.ready(), { recovered: false, offset: 8 })
  const near = open(t, `${url}/admin`, { token: token(admin), epoch, offset: 3 })
  t.match(await near.ready(), { recovered: true, offset: 8 })
})

t.test('5,000 orders and twenty reconnects of a listener: every offset once, in order', async (t) => {
  const app = await build(t)
  const url = await listen(app)
  const admin = await signIn(app, 'admin')
  const productId = await addProduct(app, { stock: 1_000_000 })
  const steady = open(t, `${url}/admin`, { token: token(admin) })
  const { epoch } = await steady.ready()

  const buyers = Array.from({ length: 25 }, async () => {
    for (let i = 0; i < 200; i++)
      await app.orders.place({ userId: admin.id, productId, quantity: 1, idempotencyKey: null })
  })
  const bought = Promise.all(buyers)
  const seen: typeof steady.events = []
  for (let cut = 0; cut < 20; cut++) {
    const client = open(t, `${url}/admin`, {
      token: token(admin),
      epoch,
      offset: seen.at(-1)?.offset ?? 0,
      batch: cut % 2 === 0,
    })
    const enough = 1 + Math.random() * 400
    // The last events may arrive before the last buyer's response; then no further message would wake the wait.
    await Promise.race([
      client.until(() => client.events.length >= enough),
      bought.then(() => client.ready()),
    ])
    t.not(client.readies[0]?.recovered, false)
    client.socket.io.engine.close() // simulates a cut connection
    seen.push(...client.events)
  }
  await bought
  const head = await app.eventLog.head()
  await relayed(app)
  const last = open(t, `${url}/admin`, { token: token(admin), epoch, offset: seen.at(-1)?.offset ?? 0 })
  await last.ready()
  seen.push(...last.events)
  t.equal(head, 10_000)
  t.ok(isDense(seen, 1, head), 'the one that was disconnected')
  await steady.until(() => steady.events.length >= head)
  t.ok(isDense(steady.events, 1, head), 'the one that was not')
})
