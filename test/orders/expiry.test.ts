import t, { type Test } from 'tap'
import type { Db } from '../../src/db/db.js'
import { currentTime, newId, observeTime } from '../../src/ids.js'
import { cases } from '../helpers/effort.js'
import { addItem } from '../helpers/engine-db.js'
import { anotherEngine, orderEngine, unbalanced } from '../helpers/order-engine.js'
import { orderRow } from '../helpers/order-row.js'

const MINUTE_S = 60

/** Makes orders expire `ms` milliseconds from now. */
const expireIn = (db: Db, ms: number, ids: string[]) =>
  db.write((tx) =>
    tx.order.updateMany({ where: { id: { in: ids } }, data: { expiresAt: new Date(Date.now() + ms) } }),
  )

async function engine(t: Test) {
  const shop = await orderEngine(t)
  const { db, orders, userId, productId } = shop
  const hold = async (quantity = 1, of = productId) =>
    (await orders.place({ userId, productId: of, quantity, idempotencyKey: null, expiresIn: MINUTE_S })).order
  /** Inserts a checkout of one order for each quantity, as placed at once. @returns ids of its orders */
  const checkout = async (quantities: number[], ms: number) => {
    return db.write(async (tx) => {
      const [locked] = await db.dialect.lockProducts(tx, [productId], true)
      if (!locked) throw new Error('the product is gone')
      observeTime(locked.updatedAt)
      const [id, at] = [newId(), currentTime()]
      let stockAfter = locked.stock
      const rows = quantities.map((quantity) => {
        stockAfter -= quantity
        return orderRow({ userId, productId, quantity, checkoutId: id, expiresAt: at + ms, stockAfter })
      })
      await tx.checkout.create({ data: { id, userId, createdAt: new Date(at) } })
      await db.dialect.insertOrders(tx, rows, at)
      const quantity = locked.stock - stockAfter
      await db.dialect.takeStock(tx, [{ id: productId, quantity, orders: rows.length }], currentTime())
      return rows.map((row) => row.id)
    })
  }
  const statuses = async (ids: string[]) => {
    const rows = await db.read.order.findMany({ where: { id: { in: ids } }, orderBy: { id: 'asc' } })
    return rows.map(({ status }) => status)
  }
  return { ...shop, hold, checkout, statuses }
}

t.test('an order that has expired is cancelled once, by the system, and its stock returns', async (t) => {
  const { db, orders, hold, stock, logged, eventLog, productId } = await engine(t)
  const [order, later] = [await hold(4), await hold(3)]
  await orders.edit((await hold(2)).id, { status: 'confirmed' })
  const { expireDue, untilNextExpiry } = orders.expiry
  t.match(await expireDue(), { due: 0, cancelled: 0 })
  const wait = await untilNextExpiry()
  t.ok(wait !== undefined && wait > 0 && wait <= MINUTE_S * 1_000, `${wait} ms`)
  await expireIn(db, -1, [order.id])
  const head = await eventLog.head()
  t.ok(Number(await untilNextExpiry()) < 0)
  t.match(await expireDue(), { due: 1, cancelled: 1 })
  t.match(await expireDue(), { due: 0, cancelled: 0 })
  const expired = await orders.get(order.id)
  t.match(expired, { status: 'cancelled', expiresAt: null })
  t.same(await logged(head), [
    { type: 'order:updated', data: { ...expired, cause: 'expired' } },
    { type: 'stock:changed', data: { productId, stock: 95 } },
  ])
  const [event] = await eventLog.read(head, 1)
  t.same(event?.actor, { type: 'system', id: null })
  t.equal(await stock(), 95)
  t.match(await orders.get(later.id), { status: 'pending', expiresAt: later.expiresAt })
  t.match((await orders.history(order.id)).at(-1), {
    status: 'cancelled',
    cause: 'expired',
    actor: { type: 'system', id: null, name: 'System' },
  })
  const [change] = await db.read.orderChange.findMany({ where: { orderId: order.id } })
  t.match(change, { cause: 'expired', delta: 4n, stockAfter: 95n, actorType: 'system' })
  t.same(await unbalanced(db, productId), [])
  t.same(await orders.cancel(order.id, { owner: order.userId }), expired, 'cancelling it changes nothing')
  await t.rejects(orders.changeStatus(order.id, 'confirmed'), { code: 'invalid-transition' })
})

t.test('stock given back twice by cancel and expiry together', async (t) => {
  const { db, orders, hold, checkout, stock, productId } = await engine(t)
  const other = await anotherEngine(t)
  for (let round = 0; round < cases(15); round++) {
    const held = [await hold(2), await hold(3)]
    const basket = await checkout([4, 1], -1)
    const basketId = String((await orders.get(basket[0] ?? '')).checkoutId)
    const ids = [...held.map(({ id }) => id), ...basket]
    await expireIn(db, -1, ids)
    await Promise.all([
      orders.expiry.expireDue(),
      ...ids.flatMap((id) => [orders.cancel(id), other.orders.cancel(id)]),
      orders.cancelCheckout(basketId),
      other.orders.cancelCheckout(basketId),
      other.orders.expiry.expireDue(),
      other.orders.changeStatuses(ids, 'cancelled'),
    ])
    t.equal(await stock(), 100, 'each returns its stock once')
    t.equal(await db.read.orderChange.count({ where: { orderId: { in: ids } } }), 4)
  }
  t.same(await unbalanced(db, productId), [])
})

t.test('a confirmation in the same instant as the expiry', async (t) => {
  const { db, orders, hold, checkout, statuses, stock, productId } = await engine(t)
  const other = await anotherEngine(t)
  const won = { confirmed: 0, cancelled: 0 }
  for (let round = 0; round < cases(30); round++) {
    const order = await hold(5)
    const basket = await checkout([1, 2], -1)
    await expireIn(db, -1, [order.id])
    const expiring = other.orders.expiry.expireDue()
    if (round % 3 > 0) await new Promise((resolve) => setTimeout(resolve, round % 3))
    const [confirmed, bulk] = await Promise.allSettled([
      orders.changeStatus(order.id, 'confirmed'),
      orders.changeStatuses(basket, 'confirmed'),
    ])
    await expiring
    await other.orders.expiry.expireDue()
    const [status] = await statuses([order.id])
    if (status !== 'confirmed' && status !== 'cancelled') return t.fail(`the order is ${status}`)
    won[status]++
    t.equal(confirmed.status, status === 'confirmed' ? 'fulfilled' : 'rejected')
    const after = await statuses(basket)
    t.equal(new Set(after).size, 1, 'a checkout expires whole, or not at all')
    const lines = bulk.status === 'fulfilled' ? bulk.value : []
    t.ok(lines.every((line) => 'order' in line === (after[0] === 'confirmed')))
    t.equal(await stock(), 100 - (status === 'confirmed' ? 5 : 0) - (after[0] === 'confirmed' ? 3 : 0))
    await orders.changeStatuses([order.id, ...basket], 'cancelled')
    t.equal(await stock(), 100)
  }
  t.comment(won)
  t.same(await unbalanced(db, productId), [])
})

t.test('a checkout expires whole, whatever a batch holds', async (t) => {
  const { orders, checkout, statuses, stock, db, productId } = await engine(t)
  await db.write((tx) => tx.product.update({ where: { id: productId }, data: { stock: 1_000 } }))
  const baskets: string[][] = []
  for (let i = 0; i < 8; i++) baskets.push(await checkout(Array(40).fill(1), -1_000))
  const [part = ''] = baskets[3] ?? []
  await orders.changeStatus(part, 'confirmed')
  let [steps, sum] = [0, 0]
  for (;;) {
    const { due, cancelled } = await orders.expiry.expireDue()
    if (due === 0) break
    steps++
    sum += cancelled
    for (const basket of baskets) {
      const kinds = new Set(await statuses(basket.filter((id) => id !== part)))
      t.equal(kinds.size, 1)
    }
  }
  t.equal(sum, 319)
  t.ok(steps > 1, `${steps} steps`)
  t.same(await statuses([part]), ['confirmed'])
  t.equal(await stock(), 999)
})

t.test('three nodes return the stock of a thousand expired orders once, while customers order', async (t) => {
  const { db, orders, userId, productId, stock } = await engine(t)
  const items = [productId, await addItem(db, { stock: 2_000 }), await addItem(db, { stock: 2_000 })]
  await db.write((tx) => tx.product.update({ where: { id: productId }, data: { stock: 2_000 } }))
  const nodes = [orders, (await anotherEngine(t)).orders, (await anotherEngine(t)).orders]
  const place = (i: number, expiresIn?: number) =>
    orders.place({
      userId,
      productId: items[i % 3] ?? productId,
      quantity: 1 + (i % 2),
      idempotencyKey: null,
      ...(expiresIn && { expiresIn }),
    })
  const held = await Promise.all(Array.from({ length: 1_000 }, (_, i) => place(i, MINUTE_S)))
  await db.write((tx) => tx.order.updateMany({ data: { expiresAt: new Date(Date.now() - 1) } }))
  let cancelled = 0
  await Promise.all([
    ...nodes.map(async ({ expiry }) => {
      for (;;) {
        const step = await expiry.expireDue()
        cancelled += step.cancelled
        if (step.due === 0) return
      }
    }),
    ...Array.from({ length: 300 }, (_, i) => place(i)),
  ])
  t.equal(cancelled, held.length, 'each was cancelled by one of them')
  t.equal(await db.read.order.count({ where: { status: 'cancelled' } }), 1_000)
  t.equal(await db.read.orderChange.count(), 1_000)
  for (const id of items) {
    t.same(await unbalanced(db, id, 2_000), [])
    t.equal(await stock(id), 1_850)
  }
})
