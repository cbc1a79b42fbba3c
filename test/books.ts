import { createHash } from 'node:crypto'
import { Prisma } from '#prisma'
import type { App } from '../src/app.js'
import type { Db } from '../src/db/types.js'
import { newId } from '../src/ids.js'

/** A product straight into the database, its first stock booked. */
export async function addProduct(
  app: App,
  { stock = 100, price = 1999, name = 'Mug' } = {},
): Promise<string> {
  const id = newId()
  const at = new Date()
  await app.db.write(async (tx) => {
    const keeper = await tx.user.findFirstOrThrow()
    await tx.product.create({
      data: { id, name, nameSort: name.toLowerCase(), price, stock, createdAt: at, updatedAt: at },
    })
    await tx.stockAdjustment.create({
      data: { id: newId(), productId: id, userId: keeper.id, delta: stock, createdAt: at },
    })
  })
  return id
}

/**
 * What is wrong with the books, in words; nothing when all is well. Stock and orders must add up to what was put in,
 * the log must be dense, and it must tell of each order, and of each change of stock, exactly once.
 */
export async function auditBooks(db: Db): Promise<string[]> {
  const [products, booked, sold, orders, events, counter] = await Promise.all([
    db.read.product.findMany(),
    db.read.stockAdjustment.groupBy({ by: ['productId'], _sum: { delta: true } }),
    db.read.order.groupBy({
      by: ['productId'],
      where: { status: { not: 'cancelled' } },
      _sum: { quantity: true },
    }),
    db.read.order.findMany({ select: { id: true } }),
    db.read.event.findMany({ orderBy: { offset: 'asc' } }),
    db.read.eventCounter.findUniqueOrThrow({ where: { id: 1 } }),
  ])
  const faults: string[] = []
  const putIn = new Map(booked.map((row) => [row.productId, Number(row._sum.delta ?? 0)]))
  const takenOut = new Map(sold.map((row) => [row.productId, row._sum.quantity ?? 0]))
  const lastTold = new Map<string, number>()
  for (const { type, data } of events) {
    if (type !== 'stock:changed') continue
    const { productId, stock } = JSON.parse(data)
    lastTold.set(productId, stock)
  }
  for (const { id, stock, deletedAt } of products) {
    const put = putIn.get(id) ?? 0
    const taken = takenOut.get(id) ?? 0
    if (stock < 0) faults.push(`product ${id} has a stock of ${stock}`)
    if (put !== Number(stock) + taken)
      faults.push(`product ${id}: ${put} put in, ${stock} left, ${taken} sold`)
    // Of a product that is off sale nobody is told, though its orders may still give back their stock.
    if (!deletedAt && (lastTold.get(id) ?? Number(stock)) !== Number(stock))
      faults.push(`the log's last stock of ${id} is not its stock`)
  }
  if (events.some(({ offset }, i) => Number(offset) !== i + 1)) faults.push('the log has a hole')
  if (Number(counter.lastOffset) !== events.length) faults.push('the counter is not at the end of the log')
  const created = events.flatMap(({ type, data }) => (type === 'order:created' ? [JSON.parse(data).id] : []))
  if (created.length !== orders.length || new Set(created).size !== created.length)
    faults.push(`${orders.length} orders, but ${created.length} told of`)
  return faults
}

/** A digest of every row of every table: the same as before means that nothing was changed. */
export async function digestOf(db: Db): Promise<string> {
  const models = Object.values(Prisma.ModelName).map((name) => `${name[0]?.toLowerCase()}${name.slice(1)}`)
  const tables = db.read as unknown as Record<string, { findMany(): Promise<object[]> }>
  const textOf = (row: object) =>
    JSON.stringify(row, (_key, value) => (typeof value === 'bigint' ? String(value) : value))
  const rows = await Promise.all(
    models.map(async (model) => ((await tables[model]?.findMany()) ?? []).map(textOf).sort()),
  )
  return createHash('sha256').update(JSON.stringify(rows)).digest('hex')
}
