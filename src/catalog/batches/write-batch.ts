import { setImmediate as nextTurn } from 'node:timers/promises'
import { refuseGone } from '../../accounts/refuse-gone.js'
import { recordAudits } from '../../audit/record-audit.js'
import type { ProductView } from '../../contract/product.js'
import type { ProductChange } from '../../db/bulk.js'
import { isUniqueViolation } from '../../db/driver-error.js'
import type { Tx } from '../../db/transaction.js'
import { type Remember, remembering } from '../../idempotency/remember.js'
import { currentTime, newId } from '../../ids.js'
import type { Money } from '../../money.js'
import { bookStock } from '../book-stock.js'
import { columnsOf } from '../product.js'
import type { CatalogOptions } from '../product-transactions.js'
import { indexNames, renameProducts } from '../write-names.js'
import { Batch, type BatchContext, type Changed } from './batch.js'
import { holdProducts, type ProductName } from './hold-products.js'

/** Attempts of a batch whose SKUs others take meanwhile. */
const MAX_ATTEMPTS = 5
/** Events per statement: some milliseconds with SQLite, during which nothing else runs. */
const EVENTS_AT_ONCE = 100

const rowOf = ({ product, changes }: Changed, money: Money): ProductChange => ({
  id: product.id,
  ...columnsOf(product, money),
  changes,
})

/** A batch to be planned, in a transaction that holds its products. */
export interface BatchWork<T> {
  names: ProductName[]
  context: Omit<BatchContext, 'at'>
  /** Plans the changes. @param products those that the names mean, locked */
  plan(batch: Batch, products: ProductView[]): T
  remember?: Remember<T> | undefined
}

export interface Written<T> {
  result: T
  /** Time of the transaction without the wait for its start, in milliseconds. */
  ms: number
  /** Calls of the log's commit listeners that it caused. */
  announced: number
}

/** Creates the function that plans and writes a batch in one transaction, with all records of single writes. */
export function createBatchWriter({ db, eventLog }: Pick<CatalogOptions, 'db' | 'eventLog'>) {
  const { dialect } = db
  // SQLite runs statements on this thread: others get a turn between them.
  const breathe = async () => {
    if (!dialect.remote) await nextTurn()
  }

  async function write(tx: Tx, { changed, bookings, audits, events, context }: Batch, firstAudit: string) {
    const { bulk } = dialect
    const { at, actor } = context
    const made = changed.filter(({ before }) => !before)
    const edited = changed.filter(({ before }) => before)
    const renamed = edited.flatMap(({ before, product: { id, name } }) =>
      before && before.name !== name ? [{ id, name, formerName: before.name }] : [],
    )
    const rows = (some: Changed[]) => some.map((one) => rowOf(one, db.money))
    const statements = [
      // First, because a new product may take the SKU that another gives up.
      () => bulk.updateProducts(tx, rows(edited), at),
      () => bulk.insertProducts(tx, rows(made), at),
      () => renameProducts(db, tx, renamed),
      () =>
        indexNames(
          db,
          tx,
          made.map(({ product }) => product),
        ),
      () => bookStock(db, tx, bookings, actor, at),
      () => recordAudits(db, tx, audits, firstAudit),
    ]
    for (const run of statements) {
      await breathe()
      await run()
    }
    // Last, because all other writers wait for the log's counter.
    for (let i = 0; i < events.length; i += EVENTS_AT_ONCE) {
      await breathe()
      await eventLog.append(tx, events.slice(i, i + EVENTS_AT_ONCE), at)
    }
  }

  async function attempt<T>({ names, context, plan, remember }: BatchWork<T>): Promise<Written<T>> {
    const firstAudit = newId()
    let planned: { result: T } | undefined
    let announced = 0
    let start = 0
    const work = remembering(remember, async (tx, inDoubt) => {
      start = performance.now()
      if (inDoubt && planned && (await tx.auditEntry.findUnique({ where: { id: firstAudit } })))
        return planned.result
      const products = await holdProducts(db, tx, names)
      await breathe()
      const batch = new Batch({ ...context, at: currentTime() })
      planned = { result: plan(batch, products) }
      announced = Math.ceil(batch.events.length / EVENTS_AT_ONCE)
      if (batch.changed.length > 0) await write(tx, batch, firstAudit)
      return planned.result
    })
    const result = await refuseGone(db, context.actor.userId, db.write(work))
    return { result, ms: performance.now() - start, announced }
  }

  /** @throws Problem unauthenticated for a deleted user */
  return async <T>(work: BatchWork<T>): Promise<Written<T>> => {
    for (let attempts = 1; ; attempts++)
      try {
        return await attempt(work)
      } catch (error) {
        // Another transaction has given one of the SKUs to another product since they were looked up.
        if (!isUniqueViolation(error) || attempts === MAX_ATTEMPTS) throw error
      }
  }
}
