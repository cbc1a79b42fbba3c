import { originOf } from '../accounts/access/principal.js'
import { type AuditAction, type AuditRecord, recordAudit } from '../audit/record-audit.js'
import type { Tx } from '../db/transaction.js'
import { invalidRequest } from '../errors.js'
import { remembering } from '../idempotency/remember.js'
import { currentTime, newId } from '../ids.js'
import { sortKeyOf } from '../search/tokenize.js'
import { stockEvents } from '../stream/stock-events.js'
import { bookStock } from './book-stock.js'
import {
  columnsOf,
  completed,
  fieldsOf,
  MAX_STOCK,
  type NewProduct,
  type ProductFields,
  STOCK_FAULT,
  type VersionedProduct,
  versioned,
  viewProduct,
} from './product.js'
import { productDifferences } from './product-differences.js'
import {
  type CatalogOptions,
  type Change,
  holdAnyProduct,
  holdProduct,
  productEvent,
  refuseOther,
  writeProducts,
} from './product-transactions.js'
import { forgetNames, indexNames, renameProducts } from './write-names.js'

type Details = NonNullable<AuditRecord['details']>

/** Creates the product writes. Each is one transaction with its stock adjustments and events. */
export function createProductChanges({ db, eventLog, lowStockThreshold }: CatalogOptions) {
  const record = (tx: Tx, action: AuditAction, subject: string, change: Change, details?: Details) =>
    recordAudit(tx, { origin: originOf(change), action, subject, ...(details && { details }) })

  return {
    /**
     * Adds a product. Its initial stock is booked as an adjustment.
     * @throws Problem skuTaken
     */
    create(input: NewProduct, change: Change): Promise<VersionedProduct> {
      const [id, bookingId] = [newId(), newId()]
      const at = currentTime()
      const work = remembering(change.remember, async (tx, inDoubt) => {
        const made = inDoubt && (await tx.product.findUnique({ where: { id } }))
        if (made) return versioned(made, db.money)
        const times = { createdAt: new Date(at), updatedAt: new Date(at) }
        const row = await tx.product.create({
          data: { id, ...columnsOf(completed(input), db.money), ...times },
        })
        await indexNames(db, tx, [row])
        const { price, stock } = input
        const booking = { id: bookingId, productId: id, delta: stock, stockAfter: stock, cause: 'created' }
        await bookStock(db, tx, [{ ...booking, reason: 'initial stock' }], change, at)
        await record(tx, 'product.created', id, change, { price, stock })
        await eventLog.append(tx, [productEvent(db, 'product:created', row, originOf(change))], at)
        return versioned(row, db.money)
      })
      return writeProducts(db, change, work)
    },

    /**
     * Updates the fields present in `input`. A new stock is booked as the difference to the old one.
     * @throws Problem notFound, preconditionFailed, skuTaken, invalidRequest for stock above MAX_STOCK
     */
    update(id: string, input: Partial<ProductFields>, change: Change): Promise<VersionedProduct> {
      const work = remembering(change.remember, async (tx, inDoubt) => {
        const before = await holdProduct(db, tx, id, change, inDoubt)
        const shown = fieldsOf(viewProduct(before, db.money))
        const fields = { ...shown, ...input }
        const [from, to] = [shown.stock, fields.stock]
        // Cancelled orders return their units, so stock may exceed the maximum an admin can set; it may stay
        // unchanged.
        if (to > MAX_STOCK && to !== from) throw invalidRequest([{ path: 'stock', message: STOCK_FAULT }])
        const bookingId = newId()
        const at = currentTime()
        const row = await tx.product.update({
          where: { id },
          data: { ...columnsOf(fields, db.money), version: { increment: 1 }, updatedAt: new Date(at) },
        })
        if (row.name !== before.name)
          await renameProducts(db, tx, [{ id, name: row.name, formerName: before.name }])
        const booking = { id: bookingId, productId: id, delta: to - from, stockAfter: to, cause: 'edit' }
        await bookStock(db, tx, [booking], change, at)
        const edited = productDifferences(shown, fields)
        if (Object.keys(edited).length > 0) await record(tx, 'product.updated', id, change, edited)
        const origin = originOf(change)
        const drafts = [
          productEvent(db, 'product:updated', row, origin),
          ...stockEvents(id, from, to, fields.lowStockThreshold ?? lowStockThreshold, origin),
        ]
        await eventLog.append(tx, drafts, at)
        return versioned(row, db.money)
      })
      return writeProducts(db, change, work)
    },

    /**
     * Takes the product off sale (soft delete). Its orders keep referring to the row.
     * @throws Problem notFound, preconditionFailed
     */
    remove(id: string, change: Change): Promise<void> {
      return writeProducts(db, change, async (tx, inDoubt) => {
        if (inDoubt && (await tx.product.count({ where: { id, deletedAt: { not: null } } })) > 0) return
        const { name } = await holdProduct(db, tx, id, change, inDoubt)
        const at = currentTime()
        const row = await tx.product.update({
          where: { id },
          data: { version: { increment: 1 }, updatedAt: new Date(at), deletedAt: new Date(at) },
        })
        await forgetNames(db, tx, [{ id, name }])
        await record(tx, 'product.deleted', id, change)
        await eventLog.append(tx, [productEvent(db, 'product:deleted', row, originOf(change))], at)
      })
    },

    /**
     * Puts a deleted product back on sale, with the stock it has now: cancelled orders may have raised it meanwhile. Followers
     * dropped the product when it was deleted, so its event is that of a new one. Idempotent: a product on sale stays as it is,
     * whatever version it was asked for.
     * @throws Problem notFound, preconditionFailed, skuTaken
     */
    restore(id: string, change: Change): Promise<VersionedProduct> {
      const work = remembering(change.remember, async (tx, inDoubt) => {
        const before = await holdAnyProduct(db, tx, id)
        if (before.deletedAt === null) return versioned(before, db.money)
        refuseOther(before, change, inDoubt)
        const at = currentTime()
        const row = await tx.product.update({
          where: { id },
          data: {
            nameSort: sortKeyOf(before.name), // a change of the rules for names passes over deleted products
            version: { increment: 1 },
            updatedAt: new Date(at),
            deletedAt: null,
          },
        })
        await indexNames(db, tx, [row])
        await record(tx, 'product.restored', id, change)
        await eventLog.append(tx, [productEvent(db, 'product:created', row, originOf(change))], at)
        return versioned(row, db.money)
      })
      return writeProducts(db, change, work)
    },
  }
}
