import t from 'tap'
import { createStockAdjustment } from '../../src/catalog/adjust-stock.js'
import { createBatchWriter } from '../../src/catalog/batches/write-batch.js'
import { createProductChanges } from '../../src/catalog/change-products.js'
import { planLines } from '../../src/catalog/files/plan-lines.js'
import { timeOfId } from '../../src/ids.js'
import { addUser } from '../helpers/engine-db.js'
import { orderEngine } from '../helpers/order-engine.js'

const anything = { ofLine: () => [], ofNew: () => [] }

// Another process whose clock is behind draws its ids after the product's time alone.
t.test("a product's time is not before the ids of the rows about its stock", async (t) => {
  const { db, eventLog, orders, userId, productId, draft, placeBatch } = await orderEngine(t)
  const admin = { userId: await addUser(db, 'admin') }
  const options = { db, eventLog, lowStockThreshold: 10 }
  const products = { ...createProductChanges(options), ...createStockAdjustment(options) }
  const write = createBatchWriter(options)
  const expire = (id: string) =>
    db.write((tx) => tx.order.update({ where: { id }, data: { expiresAt: new Date(1) } }))

  // A clock that ticks at every look at it.
  const real = Date.now
  let ticks = 0
  Date.now = () => real() + ticks++
  t.teardown(() => {
    Date.now = real
  })

  async function check(what: string, id = productId) {
    const { updatedAt } = await db.read.product.findUniqueOrThrow({ where: { id } })
    const query = {
      where: { productId: id },
      orderBy: { id: 'desc' },
      take: 1,
      select: { id: true },
    } as const
    const rows = await Promise.all([
      db.read.order.findMany(query),
      db.read.orderChange.findMany(query),
      db.read.stockAdjustment.findMany(query),
    ])
    const times = rows.flat().map((row) => timeOfId(row.id))
    t.ok(times.length > 0 && updatedAt.getTime() >= Math.max(...times), what)
  }

  await placeBatch(Array.from({ length: 20 }, () => draft()))
  await check('placing')
  const checkout = await orders.checkout({
    userId,
    lines: [{ productId, quantity: 2 }],
    idempotencyKey: null,
  })
  await check('a checkout')
  await orders.cancelCheckout(checkout.checkout.id)
  await check('cancelling a checkout')
  const { order } = await orders.place(draft())
  await orders.cancel(order.id)
  await check('cancelling')
  const held = await orders.place(draft({ expiresIn: 60 }))
  await expire(held.order.id)
  t.match(await orders.expiry.expireDue(), { cancelled: 1 })
  await check('an expiry')
  await products.adjustStock(productId, 5, undefined, admin)
  await check('an adjustment')
  await products.update(productId, { stock: 70 }, admin)
  await check('an edit')
  const made = await products.create({ name: 'Desk', price: 5, stock: 3 }, admin)
  await check('a creation', made.product.id)
  const lines = [
    { line: 1, fields: { id: productId, stock: 60 } },
    { line: 2, fields: { name: 'Chair', price: 7, stock: 4, sku: 'CHAIR' } },
    { line: 3, fields: { sku: 'CHAIR', stock: 9 } },
  ].map((line) => ({ ...line, faults: [] }))
  await write({
    names: lines.map(({ fields }) => fields),
    context: { actor: admin, lowStockThreshold: 10 },
    plan: (batch, found) => planLines(batch, lines, found, anything),
  })
  await check('an import')
  const chair = await db.read.product.findFirst({ where: { sku: 'CHAIR' } })
  await check('an import of a new product', chair?.id ?? '')
})
