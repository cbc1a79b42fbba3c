import t, { type Test } from 'tap'
import type { AnyEvent } from '../../src/contract/events.js'
import { LowStock } from '../../src/pulse/low-stock.js'
import { addItem, engineDb } from '../helpers/engine-db.js'

const SHOP = 10

const stockChanged = (productId: string, stock: number) =>
  ({ type: 'stock:changed', data: { productId, stock } }) as AnyEvent
const updated = (id: string, stock: number, lowStockThreshold: number | null) =>
  ({ type: 'product:updated', data: { id, stock, lowStockThreshold } }) as AnyEvent
const deleted = (id: string) =>
  ({ type: 'product:deleted', data: { id, lowStockThreshold: null } }) as AnyEvent

/** Products by name: their stock, and their own threshold. */
const PRODUCTS = {
  atShops: [10, null],
  aboveShops: [11, null],
  atOwn: [50, 50],
  aboveOwn: [5, 4],
  soldOutAtZero: [0, 0],
} satisfies Record<string, [stock: number, threshold: number | null]>
type Name = keyof typeof PRODUCTS

/** @param meanwhile events that arrive after the rows of the first scan were read, and before they are judged */
async function setup(t: Test, meanwhile: (ids: Record<Name, string>) => AnyEvent[] = () => []) {
  const { db } = await engineDb(t)
  const ids: Record<string, string> = {}
  for (const [name, [stock, lowStockThreshold]] of Object.entries(PRODUCTS)) {
    const id = await addItem(db, { stock })
    ids[name] = id
    await db.write((tx) => tx.product.update({ where: { id }, data: { lowStockThreshold } }))
  }
  const known = ids as Record<Name, string>
  const steps = Object.assign(Object.create(db.steps), {
    async step<T>(work: () => Promise<T>): Promise<T> {
      const rows = await work()
      if (Array.isArray(rows)) low.note(meanwhile(known))
      return rows
    },
  })
  const low = new LowStock({ ...db, steps }, SHOP)
  const names = async () => {
    const { items } = await low.lowest(10)
    return items.map(({ id }) => Object.keys(ids).find((name) => ids[name] === id)).sort()
  }
  return { low, ids: known, names }
}

t.test('a product runs low at its own threshold, or else at that of the shop', async (t) => {
  const { low, ids, names } = await setup(t)
  t.same(await names(), ['atOwn', 'atShops', 'soldOutAtZero'])

  low.note([stockChanged(ids.atOwn, 51), stockChanged(ids.aboveOwn, 4), stockChanged(ids.aboveShops, 10)])
  t.same(await names(), ['aboveOwn', 'aboveShops', 'atShops', 'soldOutAtZero'])

  low.note([updated(ids.aboveOwn, 4, null), updated(ids.atShops, 10, 9), updated(ids.aboveShops, 10, 0)])
  t.same(await names(), ['aboveOwn', 'soldOutAtZero'], 'a changed or cleared threshold counts at once')

  low.note([deleted(ids.soldOutAtZero)])
  t.same(await names(), ['aboveOwn'])
})

t.test('events during the first scan prevail over the rows it has read', async (t) => {
  const { names } = await setup(t, (ids) => [
    stockChanged(ids.atOwn, 49), // above the shop's threshold, below its own
    stockChanged(ids.aboveOwn, 6), // the other way round
    stockChanged(ids.aboveShops, 9),
    stockChanged(ids.atShops, 12),
    updated(ids.soldOutAtZero, 3, 0),
  ])
  t.same(await names(), ['aboveShops', 'atOwn'])
})

t.test('a threshold cleared or set during the first scan stays so', async (t) => {
  const { names, low, ids } = await setup(t, (ids) => [
    updated(ids.atOwn, 50, null),
    stockChanged(ids.atOwn, 49),
    updated(ids.atShops, 10, 2),
    deleted(ids.soldOutAtZero),
  ])
  t.same(await names(), [])
  low.note([stockChanged(ids.atOwn, 10), stockChanged(ids.atShops, 3)])
  t.same(await names(), ['atOwn'])
})
