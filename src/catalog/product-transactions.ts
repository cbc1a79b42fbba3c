import type { Product } from '#prisma'
import type { Actor } from '../accounts/access/principal.js'
import { refuseGone } from '../accounts/refuse-gone.js'
import type { Db } from '../db/db.js'
import { isUniqueViolation } from '../db/driver-error.js'
import type { Tx } from '../db/transaction.js'
import { notFound, Problem, problems, skuTaken } from '../errors.js'
import type { Remember } from '../idempotency/remember.js'
import { isId, observeTime } from '../ids.js'
import type { Draft, EventLog } from '../stream/log.js'
import type { Origin } from '../stream/origin.js'
import { type VersionedProduct, viewProduct } from './product.js'

export interface CatalogOptions {
  db: Db
  eventLog: EventLog
  /** `stock:low` is emitted when stock falls to this level or below. */
  lowStockThreshold: number
}

/** The author of a change, and its way. */
export interface Change extends Actor {
  /** The versions the change applies to (If-Match); all by default. */
  accepts?: ((version: bigint) => boolean) | undefined
  remember?: Remember<VersionedProduct> | undefined
}

const ANSWER_LOST = 'The answer of the database was lost: see whether it was done.'

/**
 * Runs a transaction that changes products.
 * @throws Problem unauthenticated for a deleted user, skuTaken; else the error of `work`
 */
export const writeProducts = <T>(
  db: Db,
  { userId }: Actor,
  work: (tx: Tx, inDoubt: boolean) => Promise<T>,
): Promise<T> =>
  refuseGone(db, userId, db.write(work)).catch((error) => {
    throw isUniqueViolation(error) ? skuTaken(error) : error
  })

/**
 * Refuses a change of another version of `row`.
 * @throws Problem preconditionFailed; unavailable when an earlier attempt with an unknown commit outcome may have caused the
 * mismatch
 */
export function refuseOther(row: Product, { accepts }: Pick<Change, 'accepts'>, inDoubt: boolean): void {
  if (accepts?.(row.version) !== false) return
  if (inDoubt) throw new Problem(problems.unavailable, ANSWER_LOST, { retryAfter: 1 })
  throw new Problem(problems.preconditionFailed, 'The product is no longer at the version in If-Match.')
}

/**
 * Locks and returns the live product `id`.
 * @throws Problem notFound; as `refuseOther` when `change` names another version
 */
export async function holdProduct(
  db: Db,
  tx: Tx,
  id: string,
  change: Pick<Change, 'accepts'>,
  inDoubt: boolean,
): Promise<Product> {
  const [locked] = isId(id) ? await db.dialect.lockProducts(tx, [id], true) : []
  if (!locked) throw notFound('product')
  if (db.dialect.remote) observeTime(locked.updatedAt) // ids of its stock changes ascend in commit order
  const row = await tx.product.findUniqueOrThrow({ where: { id } })
  refuseOther(row, change, inDoubt)
  return row
}

/**
 * Locks and returns the product `id`, live or deleted.
 * @throws Problem notFound
 */
export async function holdAnyProduct(db: Db, tx: Tx, id: string): Promise<Product> {
  const [locked] = isId(id) ? await db.dialect.orderChanges.lockStocks(tx, [id]) : []
  if (!locked) throw notFound('product')
  if (db.dialect.remote) observeTime(locked.updatedAt)
  return tx.product.findUniqueOrThrow({ where: { id } })
}

/** Returns the event of a change of a product. */
export const productEvent = (
  { money }: Db,
  type: 'product:created' | 'product:updated' | 'product:deleted',
  row: Product,
  origin: Origin,
): Draft => ({ type, userId: null, data: viewProduct(row, money), origin })
