import { originOf } from '../accounts/access/principal.js'
import { differences, recordAudit } from '../audit/record-audit.js'
import { insufficientStock, stockLimit } from '../errors.js'
import { remembering } from '../idempotency/remember.js'
import { currentTime, newId } from '../ids.js'
import { stockEvents } from '../stream/stock-events.js'
import { bookStock } from './book-stock.js'
import { MAX_STOCK, type VersionedProduct, versioned } from './product.js'
import { type CatalogOptions, type Change, holdProduct, writeProducts } from './product-transactions.js'

/** Creates the relative change of a product's stock. */
export const createStockAdjustment = ({ db, eventLog, lowStockThreshold }: CatalogOptions) => ({
  /**
   * Adjusts the stock by `delta` and books it with its reason.
   * @throws Problem notFound, preconditionFailed, insufficientStock, stockLimit
   */
  adjustStock(
    id: string,
    delta: number,
    reason: string | undefined,
    change: Change,
  ): Promise<VersionedProduct> {
    let booked: string | undefined
    const work = remembering(change.remember, async (tx, inDoubt) => {
      const done = inDoubt && booked && (await tx.stockAdjustment.findUnique({ where: { id: booked } }))
      const before = await holdProduct(db, tx, id, done ? {} : change, inDoubt)
      if (done) return versioned(before, db.money)
      const from = Number(before.stock)
      const to = from + delta
      if (to < 0) throw insufficientStock(id, -delta, from)
      // Cancelled orders may have raised stock above the maximum: lowering it stays allowed.
      if (delta > 0 && to > MAX_STOCK) throw stockLimit(MAX_STOCK)
      const bookingId = newId()
      const at = currentTime()
      const row = await tx.product.update({
        where: { id },
        data: { stock: BigInt(to), version: { increment: 1 }, updatedAt: new Date(at) },
      })
      const booking = { id: bookingId, productId: id, delta, stockAfter: to, cause: 'adjustment', reason }
      await bookStock(db, tx, [booking], change, at)
      booked = bookingId
      const origin = originOf(change)
      const details = differences({ stock: from }, { stock: to })
      await recordAudit(tx, { origin, action: 'product.stock-adjusted', subject: id, details })
      const threshold = row.lowStockThreshold ?? lowStockThreshold
      await eventLog.append(tx, stockEvents(id, from, to, threshold, origin), at)
      return versioned(row, db.money)
    })
    return writeProducts(db, change, work)
  },
})
