import type { Product } from '#prisma'
import { type Actor, originOf } from '../accounts/access/principal.js'
import { refuseGone } from '../accounts/refuse-gone.js'
import { type AuditAction, type AuditRecord, differences, recordAudit } from '../audit/record-audit.js'
import type { Db } from '../db/db.js'
import type { Tx } from '../db/transaction.js'
import { insufficientStock, invalidRequest, notFound, Problem, problems } from '../errors.js'
import { currentTime, isId, newId } from '../ids.js'
import { fromMinor, toMinor } from '../money.js'
import type { Draft, EventLog } from '../stream/log.js'
import type { Origin } from '../stream/origin.js'
import { stockEvents } from '../stream/stock-events.js'
import { type VersionedProduct, versioned, viewProduct } from './product.js'
import { signatureOf } from './search/signatures.js'
import { sortKeyOf, termsOf } from './search/tokenize.js'

export const MAX_STOCK = 1_000_000_000

export interface NewProduct {
  name: string
  /** At most two decimals. */
  price: number
  stock: number
}

/** The actor and, optionally, the versions the change applies to (If-Match). */
export interface Change extends Actor {
  accepts?: ((version: bigint) => boolean) | undefined
}

export interface CatalogOptions {
  db: Db
  eventLog: EventLog
  /** `stock:low` is emitted when stock falls to this level or below. */
  lowStockThreshold: number
}

type Details = NonNullable<AuditRecord['details']>

/** The values of a product that its audit entries tell. */
const shown = ({ name, price, stock }: Product) => ({ name, price: fromMinor(price), stock: Number(stock) })

/** Creates the product writes. Each is one transaction with its stock adjustments and events. */
export function createProductChanges({ db, eventLog, lowStockThreshold }: CatalogOptions) {
  const writeFor = <T>({ userId }: Change, work: (tx: Tx, inDoubt: boolean) => Promise<T>) =>
    refuseGone(db, userId, db.write(work))

  /**
   * Locks and returns the live product `id`.
   * @throws Problem notFound; preconditionFailed when `change` names another version; unavailable when an
   * earlier attempt with an unknown commit outcome may have caused the mismatch.
   */
  async function hold(tx: Tx, id: string, change: Change, inDoubt: boolean): Promise<Product> {
    const [locked] = isId(id) ? await db.dialect.lockProducts(tx, [id], true) : []
    if (!locked) throw notFound('product')
    const row = await tx.product.findUniqueOrThrow({ where: { id } })
    if (change.accepts?.(row.version) !== false) return row
    if (inDoubt)
      throw new Problem(
        problems.unavailable,
        'The answer of the database was lost: see whether it was done.',
        {
          retryAfter: 1,
        },
      )
    throw new Problem(problems.preconditionFailed, 'The product is no longer at the version in If-Match.')
  }

  /** Records a stock change made outside an order. */
  async function book(
    tx: Tx,
    id: string,
    productId: string,
    delta: number,
    change: Change,
    reason: string | null,
    at: number,
  ) {
    if (delta === 0) return
    await tx.stockAdjustment.create({
      data: {
        id,
        productId,
        userId: change.userId,
        keyId: change.keyId ?? null,
        delta: BigInt(delta),
        reason,
        createdAt: new Date(at),
      },
    })
  }

  const record = (tx: Tx, action: AuditAction, subject: string, change: Change, details?: Details) =>
    recordAudit(tx, { origin: originOf(change), action, subject, ...(details && { details }) })

  /** Writes the search terms of a product. */
  function indexName(tx: Tx, id: string, name: string) {
    const terms = termsOf(name)
    return db.dialect.insertTerms(tx, id, terms, signatureOf(terms))
  }

  const productEvent = (
    type: 'product:created' | 'product:updated' | 'product:deleted',
    row: Product,
    origin: Origin,
  ): Draft => ({
    type,
    userId: null,
    data: viewProduct(row),
    origin,
  })

  return {
    /** Adds a product. Its initial stock is booked as an adjustment. */
    create(input: NewProduct, change: Change): Promise<VersionedProduct> {
      const id = newId()
      const at = currentTime()
      return writeFor(change, async (tx, inDoubt) => {
        const made = inDoubt && (await tx.product.findUnique({ where: { id } }))
        if (made) return versioned(made)
        const row = await tx.product.create({
          data: {
            id,
            name: input.name,
            nameSort: sortKeyOf(input.name),
            price: toMinor(input.price),
            stock: BigInt(input.stock),
            createdAt: new Date(at),
            updatedAt: new Date(at),
          },
        })
        await indexName(tx, id, input.name)
        await book(tx, newId(), id, input.stock, change, 'initial stock', at)
        await record(tx, 'product.created', id, change, { price: input.price, stock: input.stock })
        await eventLog.append(tx, [productEvent('product:created', row, originOf(change))], at)
        return versioned(row)
      })
    },

    /**
     * Updates the fields present in `input`. A new stock is booked as the difference to the old one.
     * @throws Problem notFound, preconditionFailed, invalidRequest for stock above MAX_STOCK
     */
    update(id: string, input: Partial<NewProduct>, change: Change): Promise<VersionedProduct> {
      const { name, price, stock } = input
      return writeFor(change, async (tx, inDoubt) => {
        const before = await hold(tx, id, change, inDoubt)
        // Cancelled orders return their units, so stock may exceed the maximum an admin can set; it may stay
        // unchanged.
        if (stock !== undefined && stock > MAX_STOCK && stock !== Number(before.stock))
          throw invalidRequest([{ path: 'stock', message: `must be <= ${MAX_STOCK}` }])
        const at = currentTime()
        const row = await tx.product.update({
          where: { id },
          data: {
            ...(name !== undefined && { name, nameSort: sortKeyOf(name) }),
            ...(price !== undefined && { price: toMinor(price) }),
            ...(stock !== undefined && { stock: BigInt(stock) }),
            version: { increment: 1 },
            updatedAt: new Date(at),
          },
        })
        if (row.name !== before.name) {
          await tx.productTerm.deleteMany({ where: { productId: id } })
          await indexName(tx, id, row.name)
        }
        const [from, to] = [Number(before.stock), Number(row.stock)]
        await book(tx, newId(), id, to - from, change, null, at)
        const edited = differences(shown(before), shown(row))
        if (Object.keys(edited).length > 0) await record(tx, 'product.updated', id, change, edited)
        const origin = originOf(change)
        const drafts = [
          productEvent('product:updated', row, origin),
          ...stockEvents(id, from, to, lowStockThreshold, origin),
        ]
        await eventLog.append(tx, drafts, at)
        return versioned(row)
      })
    },

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
      const adjustmentId = newId()
      return writeFor(change, async (tx, inDoubt) => {
        const done = inDoubt && (await tx.stockAdjustment.findUnique({ where: { id: adjustmentId } }))
        const before = await hold(tx, id, done ? { userId: change.userId } : change, inDoubt)
        if (done) return versioned(before)
        const from = Number(before.stock)
        const to = from + delta
        if (to < 0) throw insufficientStock(id, -delta, from)
        // Cancelled orders may have raised stock above the maximum: lowering it stays allowed.
        if (delta > 0 && to > MAX_STOCK)
          throw new Problem(problems.stockLimit, `A product may have at most ${MAX_STOCK} units.`)
        const at = currentTime()
        const row = await tx.product.update({
          where: { id },
          data: { stock: BigInt(to), version: { increment: 1 }, updatedAt: new Date(at) },
        })
        await book(tx, adjustmentId, id, delta, change, reason ?? null, at)
        const adjusted = differences({ stock: from }, { stock: to })
        await record(tx, 'product.stock-adjusted', id, change, adjusted)
        await eventLog.append(tx, stockEvents(id, from, to, lowStockThreshold, originOf(change)), at)
        return versioned(row)
      })
    },

    /**
     * Takes the product off sale permanently (soft delete). Its orders keep referring to the row.
     * @throws Problem notFound, preconditionFailed
     */
    remove(id: string, change: Change): Promise<void> {
      return writeFor(change, async (tx, inDoubt) => {
        if (inDoubt && (await tx.product.count({ where: { id, deletedAt: { not: null } } })) > 0) return
        await hold(tx, id, change, inDoubt)
        const at = currentTime()
        const row = await tx.product.update({
          where: { id },
          data: { version: { increment: 1 }, updatedAt: new Date(at), deletedAt: new Date(at) },
        })
        await tx.productTerm.deleteMany({ where: { productId: id } })
        await record(tx, 'product.deleted', id, change)
        await eventLog.append(tx, [productEvent('product:deleted', row, originOf(change))], at)
      })
    },
  }
}
