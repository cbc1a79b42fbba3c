import fc from 'fast-check'
import t from 'tap'
import type { AnyEvent } from '../../src/contract/events.js'
import { createMoney } from '../../src/money.js'
import { RecentSales } from '../../src/sales/recent-sales.js'
import type { Tally } from '../../src/sales/tally.js'

const createdAt = '2026-01-01T10:00:00.000Z'
const money = createMoney('EUR')

/** The event at `offset`: every third is no order, every fifth a cancelled one. Its order has `offset` units. */
const eventAt = (offset: number, productId = `p${offset % 4}`) => {
  const order = { id: `o${offset}`, productId, quantity: offset, totalPrice: 0.5, createdAt }
  if (offset % 3 === 0) return { offset, type: 'stock:changed', data: { productId, stock: 1 } } as AnyEvent
  if (offset % 5 === 0)
    return { offset, type: 'order:updated', data: { ...order, status: 'cancelled' } } as AnyEvent
  return { offset, type: 'order:created', data: { ...order, status: 'pending' } } as AnyEvent
}
const range = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, i) => eventAt(first + i))

const unitsOf = (first: number, last: number) =>
  range(first, last)
    .filter(({ offset }) => offset % 3 !== 0)
    .reduce((sum, { offset }) => sum + (offset % 5 === 0 ? -offset : offset), 0)

/** Returns what `tally` would write. */
async function written(tally: Tally) {
  const rows = { orders: 0, takings: 0, units: 0, products: [] as string[] }
  const sales = {
    async addSlots(_tx: unknown, slots: { orders: number; takings: number }[]) {
      for (const { orders, takings } of slots) {
        rows.orders += orders
        rows.takings += takings
      }
    },
    async addProducts(_tx: unknown, products: { productId: string; units: number }[]) {
      for (const { productId, units } of products) {
        rows.units += units
        rows.products.push(productId)
      }
    },
  }
  await tally.write({} as never, { sales } as never)
  return rows
}

t.test('events are summed up from any position since the first that was heard', async (t) => {
  const recent = new RecentSales(money)
  t.equal(recent.since(0, 10), undefined, 'nothing was heard')
  recent.hear(range(11, 20))
  recent.hear(range(21, 22))
  t.equal(recent.since(9, 10), undefined, 'the tenth is missing')
  t.equal(recent.since(22, 10), undefined, 'nothing is left')
  const all = recent.since(10, 10)
  t.equal(all?.to, 22)
  // 11, 13, 14, 16, 17, 19 and 22 were placed, 20 was cancelled.
  t.same(all && (await written(all.tally)), {
    orders: 6,
    takings: 300,
    units: 92,
    products: ['p0', 'p1', 'p2', 'p3'],
  })
  t.equal(recent.since(10, 10)?.to, 22, 'they stay until the position moves')
  const rest = recent.since(18, 10)
  t.equal(rest && (await written(rest.tally)).units, 19 - 20 + 22)
  t.equal(recent.since(10, 10), undefined, 'those before the last position are dropped')
})

t.test('a gap, another log and too many events leave only what follows', async (t) => {
  const recent = new RecentSales(money)
  recent.hear(range(1, 5))
  recent.hear(range(7, 9))
  t.equal(recent.since(5, 10), undefined)
  t.equal(recent.since(6, 10)?.to, 9)
  recent.forget()
  t.equal(recent.since(6, 10), undefined)
  t.equal(recent.size, 0)
  recent.hear(range(10, 12))
  t.equal(recent.since(9, 10)?.to, 12)
  for (let first = 13; first < 100_000; first += 1_000) recent.hear(range(first, first + 999))
  t.ok(recent.size > 0 && recent.size <= 50_000, String(recent.size))
  t.equal(recent.since(12, 10), undefined)
})

t.test('each event counts once, in steps of a bounded number of products', async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(sizes, fc.integer({ min: 1, max: 4 }), async (batches, maxProducts) => {
      const recent = new RecentSales(money)
      let [heard, position, units] = [0, 0, 0]
      const step = async () => {
        const sums = recent.since(position, maxProducts)
        if (!sums) return false
        const rows = await written(sums.tally)
        if (rows.products.length > maxProducts || sums.to <= position) throw new Error('too much, or nothing')
        units += rows.units
        position = sums.to
        return true
      }
      for (const size of batches) {
        recent.hear(range(heard + 1, heard + size))
        heard += size
        await step()
      }
      while (await step());
      return position === heard && units === unitsOf(1, heard)
    }),
  )
})
