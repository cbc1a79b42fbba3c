import t from 'tap'
import type { Problem } from '../../src/errors.js'
import { cases } from '../helpers/effort.js'
import { addItem } from '../helpers/engine-db.js'
import { anotherEngine, orderEngine, unbalanced } from '../helpers/order-engine.js'

t.test('oversell of overlapping baskets', async (t) => {
  const { db, orders, userId, stock } = await orderEngine(t)
  const nodes = [orders, (await anotherEngine(t)).orders]
  const stocks = [40, 17, 25, 9, 33]
  for (let round = 0; round < cases(3); round++) {
    const ids = await Promise.all(stocks.map((units) => addItem(db, { stock: units })))
    const baskets = Array.from({ length: 80 }, (_, i) => {
      const chosen = ids.filter((_id, place) => (i + place) % 3 > 0 || place === i % 5)
      const lines = chosen.map((productId) => ({ productId, quantity: 1 + (i % 3) }))
      return i % 2 ? lines : lines.reverse()
    })
    const outcomes = await Promise.allSettled(
      baskets.map((lines, i) => (nodes[i % 2] ?? orders).checkout({ userId, lines, idempotencyKey: null })),
    )
    const left = new Map(stocks.map((units, i) => [ids[i] ?? '', units]))
    for (const [i, outcome] of outcomes.entries()) {
      if (outcome.status === 'rejected') {
        t.equal((outcome.reason as Problem).code, 'insufficient-stock')
        continue
      }
      const { checkout } = outcome.value
      t.same(
        checkout.orders.map(({ productId, quantity }) => ({ productId, quantity })),
        baskets[i],
        'every line is placed, in sequence',
      )
      for (const { productId, quantity } of baskets[i] ?? [])
        left.set(productId, (left.get(productId) ?? 0) - quantity)
    }
    for (const [id, units] of left) {
      t.ok(units >= 0, `${units} left`)
      t.equal(await stock(id), units)
      t.same(await unbalanced(db, id, stocks[ids.indexOf(id)]), [])
    }
    const placed = outcomes.filter(({ status }) => status === 'fulfilled').length
    t.ok(placed > 0 && placed < baskets.length, `${placed} placed`)
  }
})
