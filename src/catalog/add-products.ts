import type { Db } from '../db/db.js'
import { currentTime, newId } from '../ids.js'
import type { EventLog } from '../stream/log.js'
import { originOfUser } from '../stream/origin.js'
import { bookStock } from './book-stock.js'
import { columnsOf, completed, fieldsOf, type NewProduct } from './product.js'
import { indexNames } from './write-names.js'

/**
 * Adds many products in one transaction, with the same records as single creation, but for the audit trail: search terms, the
 * initial stock adjustment and the event. A few thousand per call are fastest.
 * @param userId the user the initial stock is booked to
 */
export async function addProducts(db: Db, eventLog: EventLog, inputs: NewProduct[], userId: string) {
  const products = inputs.map((input) => ({ id: newId(), ...fieldsOf(completed(input)) }))
  const rows = products.map(({ id, ...fields }) => ({ id, ...columnsOf(fields, db.money) }))
  const bookings = products.map(({ id: productId, stock }) => {
    return {
      id: newId(),
      productId,
      delta: stock,
      stockAfter: stock,
      cause: 'created',
      reason: 'initial stock',
    }
  })
  const at = currentTime() // not before the time of any of the ids
  const time = new Date(at).toISOString()

  await db.write(async (tx, inDoubt) => {
    if (inDoubt && (await tx.product.findFirst({ where: { id: products[0]?.id ?? '' } }))) return
    await db.dialect.bulk.insertProducts(tx, rows, at)
    await indexNames(db, tx, products)
    await bookStock(db, tx, bookings, { userId }, at)
    const origin = originOfUser(userId)
    const events = products.map((product) => ({
      type: 'product:created' as const,
      userId: null,
      data: { ...product, createdAt: time, updatedAt: time },
      origin,
    }))
    await eventLog.append(tx, events, at)
  })
}
