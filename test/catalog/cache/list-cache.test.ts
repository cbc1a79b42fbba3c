import t from 'tap'
import { viewProduct } from '../../../src/catalog/product.js'
import { createProductFinder, type ListRequest } from '../../../src/catalog/search/search-products.js'
import { originColumns, SYSTEM } from '../../../src/stream/origin.js'
import { build, signIn } from '../../helpers/app.js'
import { cases } from '../../helpers/effort.js'

const requests: ListRequest[] = [
  { sort: '-createdAt', limit: 20 },
  { sort: 'price', limit: 3, page: 2 },
  { sort: 'name', limit: 5, q: 'lamp' },
  { sort: 'name', limit: 5, inStock: true },
  { sort: 'name', limit: 5, inStock: false, page: 1 },
  { sort: '-price', limit: 4, minPrice: 200 },
]

const pick = <T>(items: T[]): T => items[Math.floor(Math.random() * items.length)] as T

/** Builds a shop, with functions to change it and to compare its caches with the database. */
async function shop(t: Parameters<typeof build>[0]) {
  const app = await build(t)
  const { id: userId } = await signIn(app, 'admin')
  const { catalog, orders } = app
  const find = createProductFinder(app.db)
  const ids: string[] = []
  const placed: string[] = []
  let named = 0

  const changes = [
    async () => {
      const name = `Lamp ${named++}`
      ids.push((await catalog.create({ name, price: named % 7, stock: named % 3 }, { userId })).product.id)
    },
    () => catalog.update(pick(ids), { name: `Mug ${named++}` }, { userId }),
    () => catalog.update(pick(ids), { price: named++ % 7, stock: named % 3 }, { userId }),
    () => catalog.adjustStock(pick(ids), pick([1, -1]), undefined, { userId }),
    async () => {
      const order = { userId, productId: pick(ids), quantity: 1, idempotencyKey: null }
      placed.push((await orders.place(order)).order.id)
    },
    () => orders.cancel(pick(placed), { owner: undefined }),
    async () => {
      if (ids.length > 8) await catalog.remove(ids.splice(2, 1)[0] ?? '', { userId })
    },
  ]
  /** Makes a random change; a rejection for lack of stock is fine. */
  const change = () => pick(changes)().catch(() => undefined)

  /** Returns the cached entries different from the database. */
  async function wrong() {
    const faults: unknown[] = []
    for (const request of requests) {
      const { list, json } = await catalog.list(request)
      const { rows, ...rest } = await find(request)
      const right = { items: rows.map((row) => viewProduct(row, app.db.money)), ...rest }
      if (JSON.stringify(list) !== JSON.stringify(right)) faults.push({ request, list, right })
      if (json !== JSON.stringify(right)) faults.push({ request, json })
    }
    for (const id of ids) {
      const row = await app.db.read.product.findUniqueOrThrow({ where: { id } })
      const { product, version, json } = await catalog.get(id)
      if (json !== JSON.stringify(viewProduct(row, app.db.money)) || version !== row.version)
        faults.push({ product, row })
    }
    return faults
  }
  for (let i = 0; i < 10; i++) await changes[0]?.()
  return { app, change, wrong, ids }
}

t.test('a read after any change returns the change', async (t) => {
  const { change, wrong } = await shop(t)
  for (let i = 0; i < cases(30); i++) {
    await change()
    const faults = await wrong()
    if (faults.length > 0) return t.same(faults, [], `after change ${i}`)
  }
  t.pass()
})

t.test('a read concurrent with a change leaves no stale entry in the cache', async (t) => {
  const { app, change, wrong, ids } = await shop(t)
  for (let round = 0; round < cases(6); round++) {
    const work = Array.from({ length: 8 }, change)
    for (let i = 0; i < 40; i++) {
      Promise.resolve(app.catalog.get(pick(ids))).catch(() => undefined)
      void app.catalog.list(pick(requests))
      if (i % 10 === 0) await new Promise(setImmediate)
    }
    await Promise.all(work)
    const faults = await wrong()
    if (faults.length > 0) return t.same(faults, [], `round ${round}`)
  }
  t.pass()
})

t.test('a change by another process is visible once its event has been relayed', async (t) => {
  const { app, ids } = await shop(t)
  const { db, relay, catalog } = app
  const id = pick(ids)
  const before = await catalog.get(id)
  await catalog.list({ sort: 'name', limit: 20 })
  // Simulates another process: writes the row, offset and event without notifying this one.
  const head = await db.write(async (tx) => {
    await tx.product.update({ where: { id }, data: { stock: 77n, version: { increment: 1 } } })
    const data = JSON.stringify({ productId: id, stock: 77 })
    const row = { type: 'stock:changed', userId: null, data, ...originColumns(SYSTEM) }
    return db.dialect.appendEvents(tx, [row], Date.now())
  })
  while (relay.position < head) await new Promise((resolve) => setTimeout(resolve, 10))
  const after = await catalog.get(id)
  t.equal(after.product.stock, 77)
  t.equal(after.version, before.version + 1n)
  const { list } = await catalog.list({ sort: 'name', limit: 20 })
  t.equal(list.items.find((item) => item.id === id)?.stock, 77)
})

t.test('a product is read once, also by concurrent requests', async (t) => {
  const { app, ids } = await shop(t)
  const [id = ''] = ids
  // Events of the setup still to be relayed would invalidate the cache.
  await app.relay.reach(await app.eventLog.head(), 60_000)
  const answers = await Promise.all([1, 2, 3].map(() => app.catalog.get(id)))
  t.equal(new Set(answers).size, 1)
  t.equal(await app.catalog.get(id), answers[0])
  const lists = await Promise.all([1, 2].map(async () => app.catalog.list({ sort: 'name', limit: 2 })))
  t.equal(lists[0], lists[1])
  t.equal(await app.catalog.list({ sort: 'name', limit: 2 }), lists[0])
})

t.test('the cache is cleared when the log cannot report changes any more', async (t) => {
  const { app, ids } = await shop(t)
  const [id = ''] = ids
  const request: ListRequest = { sort: 'name', limit: 20 }
  const [product, list] = [await app.catalog.get(id), await app.catalog.list(request)]
  const late = app.catalog.list({ sort: 'price', limit: 20 })
  await app.db.write((tx) => tx.product.update({ where: { id }, data: { stock: 66n } }))
  app.catalog.forgetAll()
  await late
  t.not(await app.catalog.get(id), product)
  t.not(await app.catalog.list(request), list)
  t.equal((await app.catalog.get(id)).product.stock, 66)
})
