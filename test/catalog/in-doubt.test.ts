import t, { type Test } from 'tap'
import { addProducts } from '../../src/catalog/add-products.js'
import { createProductChanges } from '../../src/catalog/change-products.js'
import { createStocktake } from '../../src/catalog/take-stock.js'
import type { Db } from '../../src/db/db.js'
import { newId } from '../../src/ids.js'
import { auditBooks } from '../helpers/books.js'
import { addUser, engineDb } from '../helpers/engine-db.js'
import { doubts } from '../helpers/lost-answers.js'

async function shop(t: Test, doubting: (db: Db) => Db) {
  const { db, eventLog } = await engineDb(t)
  const admin = { userId: await addUser(db, 'admin') }
  const options = { eventLog, lowStockThreshold: 10 }
  const products = createProductChanges({ ...options, db })
  const { product } = await products.create({ sku: 'LAMP', name: 'Lamp', price: 5, stock: 30 }, admin)
  return {
    db,
    eventLog,
    admin,
    product,
    unsure: {
      ...createProductChanges({ ...options, db: doubting(db) }),
      ...createStocktake({ ...options, db: doubting(db) }),
    },
  }
}

for (const [outcome, doubting] of doubts) {
  t.test(`a product is made, and deleted, once if the first attempt ${outcome}`, async (t) => {
    const { db, eventLog, admin, product, unsure } = await shop(t, doubting)
    const head = await eventLog.head()
    const made = await unsure.create({ name: 'Desk', price: 9, stock: 3 }, admin)
    t.match(made.product, { name: 'Desk', stock: 3 })
    t.equal(await db.read.product.count(), 2)
    await unsure.remove(product.id, admin)
    const events = (await eventLog.read(head, 10)).map(({ type }) => type)
    t.same(events, ['product:created', 'product:deleted'])
    t.equal(await db.read.auditEntry.count({ where: { action: 'product.deleted' } }), 1)
    await t.rejects(unsure.remove(newId(), admin), { code: 'not-found' }, 'a product that never was')
    t.same(await auditBooks(db), [])
  })

  t.test(`a stocktake counts once if its first attempt ${outcome}`, async (t) => {
    const { db, eventLog, admin, product, unsure } = await shop(t, doubting)
    const head = await eventLog.head()
    const take = (delta: number) => unsure.takeStock({ lines: [{ sku: 'LAMP', delta }] }, admin)
    t.match(await take(-25), [{ product: { id: product.id, stock: 5 } }])
    t.match(await take(4), [{ product: { stock: 9 } }])
    const stocks = (await eventLog.read(head, 10)).map(({ type, data }) => [
      type,
      'stock' in data && data.stock,
    ])
    t.same(stocks, [
      ['stock:changed', 5],
      ['stock:low', 5],
      ['stock:changed', 9],
    ])
    t.match(await take(-10), [{ problem: { code: 'insufficient-stock' } }], 'what was refused stays refused')
    t.same(await auditBooks(db), [])
  })

  t.test(`many products are added once if the first attempt ${outcome}`, async (t) => {
    const { db, eventLog, admin } = await shop(t, doubting)
    const head = await eventLog.head()
    const products = ['Mug', 'Plate'].map((name, i) => ({ name, price: 2.5, stock: i }))
    await addProducts(doubting(db), eventLog, products, admin.userId)
    const events = await eventLog.read(head, 10)
    t.match(
      events.map(({ type, actor, data }) => ({ type, actor, data })),
      products.map((product) => ({
        type: 'product:created',
        actor: { type: 'user', id: admin.userId },
        data: product,
      })),
    )
    t.match(await db.read.stockAdjustment.findMany({ where: { product: { name: 'Plate' } } }), [
      { delta: 1n, stockAfter: 1n, cause: 'created', reason: 'initial stock', userId: admin.userId },
    ])
    t.same(await auditBooks(db), [])
    await addProducts(db, eventLog, [], admin.userId)
    t.equal(await db.read.product.count(), 3, 'none may be added')
  })
}
