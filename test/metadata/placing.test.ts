import t from 'tap'
import type { OrderProposal } from '../../src/orders/before-order.js'
import { createPlaceOrders } from '../../src/orders/place-orders.js'
import { addItem, addUser, engineDb } from '../helpers/engine-db.js'

t.test("a shop's own rule sees the metadata of orders and checkouts", async (t) => {
  const { db, eventLog } = await engineDb(t)
  const seen: unknown[] = []
  const beforeOrder = ({ metadata, inCheckout }: OrderProposal) => {
    seen.push([metadata, inCheckout])
    return metadata?.coupon === 'HALF' ? { price: 1 } : undefined
  }
  const place = createPlaceOrders({ db, eventLog, lowStockThreshold: 10, beforeOrder })
  const terms = { userId: await addUser(db), idempotencyKey: null, inDoubt: false }
  const line = { productId: await addItem(db, { price: 250 }), quantity: 1 }
  const outcomes = await place(
    [
      { ...terms, ...line, metadata: { coupon: 'HALF' } },
      { ...terms, ...line },
      { ...terms, lines: [{ ...line }], metadata: { gift: 1 } },
    ],
    { lane: 'main' },
  )
  t.match(outcomes, [
    { value: { order: { unitPrice: 1 } } },
    { value: { order: { unitPrice: 2.5, metadata: null } } },
    { value: { checkout: { orders: [{ unitPrice: 2.5, metadata: { gift: 1 } }] } } },
  ])
  t.same(seen, [
    [{ coupon: 'HALF' }, false],
    [null, false],
    [{ gift: 1 }, true],
  ])
})

t.test('an order without metadata makes no JSON and no text of it', async (t) => {
  const { db, eventLog } = await engineDb(t)
  const place = createPlaceOrders({ db, eventLog, lowStockThreshold: 0 })
  const terms = { userId: await addUser(db), idempotencyKey: null, inDoubt: false }
  const productId = await addItem(db, { stock: 1_000 })
  const ORDERS = 20
  const { stringify, parse } = JSON
  t.teardown(() => Object.assign(JSON, { stringify, parse }))

  /** Counts the uses of JSON by a batch. */
  const jsonOf = async (metadata?: object) => {
    const order = { ...terms, productId, quantity: 1, ...(metadata && { metadata: { ...metadata } }) }
    let count = 0
    const counted =
      <A extends unknown[], R>(work: (...args: A) => R) =>
      (...args: A) => {
        count++
        return work(...args)
      }
    Object.assign(JSON, { stringify: counted(stringify), parse: counted(parse) })
    const outcomes = await place(
      Array.from({ length: ORDERS }, () => ({ ...order })),
      { lane: 'main' },
    )
    Object.assign(JSON, { stringify, parse })
    t.ok(outcomes.every(({ ok }) => ok))
    return count
  }
  await jsonOf() // whatever is prepared once
  const without = await jsonOf()
  t.equal(await jsonOf(), without)
  // Of each order the events are JSON, in any case: its own, and that of the stock.
  t.ok(without >= 2 * ORDERS && without < 3 * ORDERS, `${without} for ${ORDERS} orders`)
  t.equal(await jsonOf({ gift: true }), without + ORDERS, 'one more for each order that has some')

  t.equal(await db.read.order.count({ where: { metadata: null } }), 3 * ORDERS, 'and its column is NULL')
})
