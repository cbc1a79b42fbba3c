import t, { type Test } from 'tap'
import type { App } from '../../src/app.js'
import { newId } from '../../src/ids.js'
import { build, faultyPaths, signIn } from '../helpers/app.js'
import { orderRow } from '../helpers/order-row.js'
import { relayed } from '../helpers/sockets.js'

async function openShop(t: Test) {
  const app = await build(t, { lowStockThreshold: 3, currency: 'EUR' })
  const { headers } = await signIn(app, 'admin')
  const send = async (method: 'POST' | 'PATCH' | 'DELETE', url: string, payload?: object) => {
    const answer = await app.inject({ method, url, headers, ...(payload && { payload }) })
    t.ok(answer.statusCode < 300, answer.body)
    return answer.body && answer.json()
  }
  const pulse = async (query: Record<string, string> = {}) => {
    await relayed(app)
    return (await app.inject({ url: '/pulse', query, headers })).json()
  }
  const product = (stock: number, price: number) =>
    send('POST', '/products', { name: `Lamp ${stock}`, price, stock })
  const order = (productId: string, quantity: number) => send('POST', '/orders', { productId, quantity })
  return { app, headers, send, pulse, product, order }
}

// More than fits into one batch of the sums or scans.
const MANY = 5_000
const MANY_PRODUCTS = 2_500

/** Adds orders within one minute, one of them cancelled, and products with low stock. */
async function addMany({ db }: App, productId: string): Promise<void> {
  const { id: userId } = (await db.read.user.findFirst()) ?? { id: '' }
  const now = new Date()
  const made = { name: 'Mug', nameSort: 'mug', price: 1, stock: 2n, createdAt: now, updatedAt: now }
  await db.write(async (tx) => {
    const rows = Array.from({ length: MANY }, () =>
      orderRow({ userId, productId, unitPrice: 200, totalPrice: 200 }),
    )
    await db.dialect.insertOrders(tx, rows, now.getTime())
    await tx.order.update({ where: { id: rows[MANY / 2]?.id ?? '' }, data: { status: 'cancelled' } })
    await tx.product.createMany({
      data: Array.from({ length: MANY_PRODUCTS }, () => ({ ...made, id: newId() })),
    })
  })
}

const sumOf = (minutes: { orders: number; takings: number }[]) =>
  minutes.reduce(
    (sum, { orders, takings }) => ({ orders: sum.orders + orders, cents: sum.cents + takings * 100 }),
    {
      orders: 0,
      cents: 0,
    },
  )

t.test(
  'the sums of the day and the hour include every order that is not cancelled, to the cent',
  async (t) => {
    const { send, pulse, product, order } = await openShop(t)
    t.match(await pulse(), {
      today: { orders: 0, takings: 0 },
      minutes: [],
      currency: 'EUR',
      relayLag: 0,
      offset: 0,
    })
    const lamp = await product(100, 0.1)
    await order(lamp.id, 1)
    const second = await order(lamp.id, 2)
    const before = await pulse()
    t.match(before, { today: { orders: 2, takings: 0.3 } })
    t.same(sumOf(before.minutes), { orders: 2, cents: 30 })
    t.ok(before.minutes.every(({ at }: { at: string }) => at.endsWith(':00.000Z')))

    await send('POST', `/orders/${second.id}/cancel`)
    t.match(await pulse(), { today: { orders: 1, takings: 0.1 } })
    await send('PATCH', `/orders/${(await order(lamp.id, 5)).id}`, { status: 'confirmed' })
    t.match(await pulse(), { today: { orders: 2, takings: 0.6 } })
  },
)

t.test('orders are summed by the minute of their creation', async (t) => {
  const { app, pulse, product, order } = await openShop(t)
  const lamp = await product(100, 10)
  const { id, userId } = await order(lamp.id, 1)
  const ago = (minutes: number) => {
    const hex = (Date.now() - minutes * 60_000).toString(16).padStart(12, '0')
    return `${hex.slice(0, 8)}-${hex.slice(8)}${id.slice(13)}`
  }
  const ages = [5, 45, 90, 26 * 60]
  await app.db.write(async (tx) => {
    for (const age of ages) {
      const rows = [orderRow({ userId, productId: lamp.id, id: ago(age), totalPrice: age })]
      await app.db.dialect.insertOrders(tx, rows, Date.now() - age * 60_000)
    }
  })
  const { today, minutes } = await pulse({ since: new Date(Date.now() - 100 * 60_000).toISOString() })
  t.match(today, { orders: 4, takings: 11.4 }, '5, 45 and 90 cents in addition to the 10')
  t.same(sumOf(minutes), { orders: 3, cents: 1050 })
  t.match(await pulse(), { today: { orders: 4 } }, 'without a start, the last day counts')
  const recent = await pulse({ since: new Date(Date.now() - 10 * 60_000).toISOString() })
  t.match(recent.today, { orders: 2, takings: 10.05 })
  t.same(sumOf(recent.minutes), { orders: 3, cents: 1050 }, 'the chart still covers its hour')
})

t.test('the list of low stock follows every change', async (t) => {
  const { app, send, pulse, product, order } = await openShop(t)
  const [many, few, none] = [await product(10, 1), await product(3, 1), await product(0, 1)]
  const low = async () => (await pulse()).lowStock
  t.same(await low(), {
    threshold: 3,
    count: 2,
    items: [none, few].map(({ id, name, stock }) => ({ id, name, stock })),
  })
  await order(many.id, 8)
  t.match(await low(), { count: 3, items: [{ id: none.id }, { id: many.id, stock: 2 }, { id: few.id }] })
  await send('POST', `/products/${none.id}/stock-adjustments`, { delta: 4 })
  await send('DELETE', `/products/${few.id}`)
  const another = await product(1, 1)
  t.match(await low(), { count: 2, items: [{ id: another.id }, { id: many.id }] })

  // A change without an event is found after a report of missed events.
  const { count } = await app.db.write((tx) =>
    tx.product.updateMany({ where: { id: many.id }, data: { stock: 0 } }),
  )
  t.equal(count, 1)
  t.match(await low(), { items: [{ id: another.id }, { id: many.id, stock: 2 }] })
  app.pulse.forgetAll()
  t.match(await low(), { count: 2, items: [{ id: many.id, stock: 0 }, { id: another.id }] })
})

t.test('a day outside the supported range is refused', async (t) => {
  const { app, headers } = await openShop(t)
  for (const since of ['2001-01-01T00:00:00Z', '2999-01-01T00:00:00Z', 'yesterday']) {
    const answer = await app.inject({ url: '/pulse', query: { since }, headers })
    t.equal(answer.statusCode, 400)
    t.same(faultyPaths(answer), ['since'])
  }
})

t.test('the sums and the scan for low stock run in short steps', async (t) => {
  const { app, pulse, product } = await openShop(t)
  const { id } = await product(1_000_000_000, 1)
  await addMany(app, id)
  const taken = t.capture(app.db.steps, 'step', app.db.steps.step)
  t.match(await pulse(), {
    today: { orders: MANY - 1, takings: 2 * (MANY - 1) },
    lowStock: { count: MANY_PRODUCTS, items: Array(8).fill({ stock: 2 }) },
  })
  const steps = taken().length
  // Two to find the first minute with orders, three of at most 2,000 orders, and three of at most 1,000 products, with
  // two queries each. Orders on either side of a full minute take one more.
  t.ok(steps >= 11, `${steps} steps`)
})
