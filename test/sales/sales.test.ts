import fc from 'fast-check'
import t, { type Test } from 'tap'
import type { SalesFigures } from '../../src/contract/sales.js'
import { newId } from '../../src/ids.js'
import { SalesProjector } from '../../src/sales/project-sales.js'
import { createSales } from '../../src/sales/sales.js'
import { build, faultyPaths, signIn } from '../helpers/app.js'
import { cases } from '../helpers/effort.js'
import { orderRow } from '../helpers/order-row.js'

const HOUR_MS = 60 * 60_000
const DAY_MS = 24 * HOUR_MS

async function openShop(t: Test) {
  const app = await build(t)
  const { headers, id: userId } = await signIn(app, 'admin')
  const send = async (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, payload?: object) => {
    const answer = await app.inject({ method, url, headers, ...(payload && { payload }) })
    t.ok(answer.statusCode < 300, answer.body)
    return answer.body && answer.json()
  }
  const product = (name: string, price: number) => send('POST', '/products', { name, price, stock: 1_000 })
  const order = (productId: string, quantity: number) => send('POST', '/orders', { productId, quantity })
  /** Does all the remaining work. */
  const settle = async () => {
    const projector = new SalesProjector(app.db, app.eventLog)
    while ((await projector.step(false)) !== undefined);
  }
  const sales = async (from: number, to: number, before = from - (to - from)): Promise<SalesFigures> => {
    const [a, b, c] = [from, to, before].map((time) => new Date(time).toISOString())
    return send('GET', `/pulse/sales?from=${a}&to=${b}&before=${c}`)
  }
  return { app, headers, userId, send, product, order, settle, sales }
}

type Shop = Awaited<ReturnType<typeof openShop>>

/** Adds an order of an earlier version, which has no event. */
async function addOld({ app, userId }: Shop, productId: string, at: number, status = 'pending') {
  const row = orderRow({ id: newId(at), userId, productId, quantity: 2, totalPrice: 500 })
  await app.db.write((tx) => app.db.dialect.insertOrders(tx, [row], at))
  await app.db.write((tx) => tx.order.update({ where: { id: row.id }, data: { status } }))
}

/** Rebuilds the figures. */
const rebuild = ({ app, settle }: Shop) =>
  app.db
    .write((tx) => tx.salesProgress.update({ where: { id: 1 }, data: { epoch: '', built: '' } }))
    .then(settle)

t.test('sales of a range are compared with another, without cancelled orders', async (t) => {
  const shop = await openShop(t)
  const { app, send, product, order, settle, sales } = shop
  const lamp = await product('Lamp', 10)
  const mug = await product('Mug', 3)
  const now = Date.now()
  await order(lamp.id, 2)
  const { id } = await order(lamp.id, 50)
  await order(mug.id, 3)
  await send('POST', `/orders/${id}/cancel`)
  await send('PATCH', `/orders/${id}`, { note: 'Sorry' })
  await send('PATCH', `/orders/${id}`, { metadata: { reason: 'late' } })
  await settle()
  const today = await sales(now - HOUR_MS, now + HOUR_MS)
  t.match(today, { orders: 2, takings: 29, isComplete: true, before: { orders: 0, takings: 0 } })
  t.equal(today.offset, await app.eventLog.head())
  t.same(
    today.hours.map(({ orders, takings }) => [orders, takings]),
    [[2, 29]],
  )
  t.same(
    today.best.map(({ name, units, takings }) => [name, units, takings]),
    [
      ['Mug', 3, 9],
      ['Lamp', 2, 20],
    ],
  )
  t.match(await sales(now + HOUR_MS, now + 2 * HOUR_MS, now - HOUR_MS / 2), {
    orders: 0,
    before: { orders: 2 },
  })
  await send('DELETE', `/products/${mug.id}`)
  t.equal(
    (
      await createSales(app.db).read({
        from: new Date(now - HOUR_MS).toISOString(),
        to: new Date(now + HOUR_MS).toISOString(),
        before: new Date(0).toISOString(),
      })
    ).best[0]?.name,
    'Mug',
    'deleted products keep their names',
  )
})

t.test(
  'orders that no event tells of are counted from the table, and the figures can be made anew',
  async (t) => {
    const shop = await openShop(t)
    const { product, order, sales } = shop
    const lamp = await product('Lamp', 10)
    const noon = Math.floor(Date.now() / DAY_MS) * DAY_MS - 2 * DAY_MS + 12 * HOUR_MS
    for (let i = 0; i < 1_200; i++)
      await addOld(shop, lamp.id, noon + i, i % 3 === 0 ? 'cancelled' : 'shipped')
    await addOld(shop, lamp.id, noon + HOUR_MS)
    await order(lamp.id, 1)
    await rebuild(shop)
    t.match(await sales(noon, noon + 2 * HOUR_MS), { orders: 801, takings: 4005, isComplete: true })
    t.match(await sales(Date.now() - HOUR_MS, Date.now() + HOUR_MS), { orders: 1 })
    t.equal((await sales(noon, noon + HOUR_MS)).best[0]?.units, 1_602)
    await rebuild(shop)
    t.match(await sales(noon, noon + 2 * HOUR_MS), { orders: 801, takings: 4005 })
  },
)

t.test('each order counts once, whatever happens while the figures are being made', async (t) => {
  const shop = await openShop(t)
  const { app, send, product, order, settle, sales } = shop
  const lamp = await product('Lamp', 1)
  const step = fc.constantFrom('order', 'order', 'cancel', 'step', 'step', 'rebuild', 'prune', 'miss', 'wait')
  const from = Date.now() - HOUR_MS
  const placed: string[] = []
  const projectors = [0, 1, 2].map(() => new SalesProjector(app.db, app.eventLog))
  // The first knows what the relay delivers, the second some of it, and the third reads the log.
  const [first, second] = projectors
  let isDeaf = false
  app.relay.subscribe((events) => {
    first?.recent.hear(events)
    if (!isDeaf) second?.recent.hear(events)
  })
  const acts: Record<string, (n: number) => Promise<unknown>> = {
    async order() {
      placed.push((await order(lamp.id, 1)).id)
    },
    async cancel() {
      const id = placed.pop()
      if (id) await send('POST', `/orders/${id}/cancel`)
    },
    step: (n) => projectors[n % 3]?.step(false) ?? Promise.resolve(),
    rebuild: () =>
      app.db.write((tx) => tx.salesProgress.update({ where: { id: 1 }, data: { epoch: '', built: '' } })),
    async miss() {
      isDeaf = !isDeaf
    },
    wait: async () => app.relay.reach(await app.eventLog.head(), 5_000),
    async prune() {
      const head = await app.eventLog.head()
      await app.db.write((tx) => tx.event.deleteMany({ where: { offset: { lt: BigInt(head) } } }))
    },
  }
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      for (const [n, name] of steps.entries()) await acts[name]?.(n)
      await settle()
      const { orders, takings } = await sales(from, Date.now() + HOUR_MS)
      return orders === placed.length && takings === placed.length
    }),
    { numRuns: cases(15) },
  )
})

t.test('a range is refused where it is empty, too long, or none', async (t) => {
  const { app, headers } = await openShop(t)
  const faulty: [Record<string, string>, string[]][] = [
    [{}, ['before', 'from', 'to']],
    [{ from: '2026-01-01T00:00:00Z', to: '2026-01-01T00:00:00Z', before: '2026-01-01T00:00:00Z' }, ['to']],
    [{ from: '2026-01-01T00:00:00Z', to: '2026-02-03T00:00:00Z', before: '2026-01-01T00:00:00Z' }, ['to']],
    [{ from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z', before: 'never' }, ['before']],
  ]
  for (const [query, paths] of faulty) {
    const answer = await app.inject({ url: '/pulse/sales', query, headers })
    t.equal(answer.statusCode, 400, JSON.stringify(query))
    t.same(faultyPaths(answer), paths, JSON.stringify(query))
  }
})
