import t from 'tap'
import { SYSTEM } from '../../src/stream/origin.js'
import { stockEvents } from '../../src/stream/stock-events.js'

t.test('a change of stock has an event, and a fall to the threshold a stock:low event', async (t) => {
  const changed = (stock: number) => ({
    type: 'stock:changed',
    userId: null,
    data: { productId: 'p', stock },
    origin: SYSTEM,
  })
  const low = (stock: number) => ({
    type: 'stock:low',
    userId: null,
    data: { productId: 'p', stock, threshold: 10 },
    origin: SYSTEM,
  })
  const cases: [before: number, after: number, object[]][] = [
    [20, 20, []],
    [20, 15, [changed(15)]],
    [20, 11, [changed(11)]],
    [20, 10, [changed(10), low(10)]],
    [11, 3, [changed(3), low(3)]],
    [10, 9, [changed(9)]],
    [5, 20, [changed(20)]],
    [5, 7, [changed(7)]],
  ]
  for (const [before, after, events] of cases)
    t.same(stockEvents('p', before, after, 10, SYSTEM), events, `${before} to ${after}`)
})
