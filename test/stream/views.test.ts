import t from 'tap'
import type { AnyEvent } from '../../src/contract/events.js'
import { byOwner, inventoryOf, ownerOf } from '../../src/stream/views.js'

let last = 0
const made = (type: string, data: object) =>
  ({ offset: ++last, type, createdAt: new Date(0).toISOString(), data }) as unknown as AnyEvent
const order = (userId: string) => made('order:created', { id: `o${last}`, userId })
const stock = (productId: string, left: number) => made('stock:changed', { productId, stock: left })

t.test('the public view has products and the latest stock of each, and no orders', async (t) => {
  const product = made('product:created', { id: 'a', name: 'Lamp' })
  const renamed = made('product:updated', { id: 'a', name: 'Lantern' })
  const gone = made('product:deleted', { id: 'b', name: 'Mug' })
  const [first, other, latest] = [stock('a', 9), stock('b', 5), stock('a', 8)]
  const low = made('stock:low', { productId: 'a', stock: 8, threshold: 10 })
  const updated = made('order:updated', { id: 'o', userId: 'ada' })
  const all = [product, order('ada'), first, renamed, updated, other, low, latest, gone]
  t.same(inventoryOf(all), [product, renamed, other, latest, gone])
  t.same(inventoryOf([]), [])
})

t.test('an order event belongs to its customer, other events to no user', async (t) => {
  t.equal(ownerOf(order('ada')), 'ada')
  t.equal(ownerOf(stock('a', 1)), undefined)
  const [one, two, three] = [order('ada'), order('grace'), order('ada')]
  const owners = byOwner([one, stock('a', 1), two, three])
  t.same(
    [...owners],
    [
      ['ada', [one, three]],
      ['grace', [two]],
    ],
  )
})
