import type { Db } from '../db/db.js'
import type { LockedProduct } from '../db/dialect.js'
import type { RawTx } from '../db/transaction.js'
import { linesOf, type Placement } from './new-order.js'
import { isLimited, type OrderLimits, type Pending } from './order-limits.js'
import { RowLockTimeout } from './row-locked.js'

/** The rows locked for a batch, and the values read from them. */
export interface Locked {
  products: Map<string, LockedProduct>
  /** Products and users locked by another transaction. */
  held: Set<string>
  /** Users found to be deleted, as far as they were looked up. */
  gone: Set<string>
  /** Each user's pending orders, if those are limited. */
  pending: Map<string, Pending>
}

/** After a lock wait timed out, users are looked up in advance for this long. */
const CAREFUL_MS = 60_000

// Sorted, so transactions lock several rows in one order and cannot deadlock.
const sorted = (values: string[]) => [...new Set(values)].sort()

/**
 * Creates the function that locks the rows of a batch: its products and, if orders are limited, its users, so two
 * processes placing orders for one user count one after the other. Rows locked by another transaction are skipped, except
 * those to wait for; RowLockTimeout is thrown if that takes too long. These are locked first, products before users, and
 * nothing waits after them: transactions that do this cannot deadlock.
 *
 * Each order also locks its user's row briefly, through the foreign key. Looking up locked users for every batch
 * would cost a statement each, so it happens only after `watch` has seen one.
 */
export function createLocks(db: Db, limits: OrderLimits) {
  const { dialect } = db
  const limited = isLimited(limits)
  let carefulUntil = Number.NEGATIVE_INFINITY

  /** Returns the rows of `wanted` that exist and were not locked: another transaction holds them. */
  async function missing(tx: RawTx, table: 'products' | 'users', wanted: string[], locked: Set<string>) {
    const rest = wanted.filter((id) => !locked.has(id))
    const held = rest.length > 0 ? await dialect.findRows(tx, table, rest) : []
    return { rest, held }
  }

  async function lock(tx: RawTx, batch: Placement[], waitFor: ReadonlySet<string>): Promise<Locked> {
    const productIds = sorted(
      batch.flatMap((placement) => linesOf(placement).map(({ productId }) => productId)),
    )
    const careful = limited || performance.now() < carefulUntil
    const userIds = careful ? sorted(batch.map(({ userId }) => userId)) : []
    const locked: Locked = { products: new Map(), held: new Set(), gone: new Set(), pending: new Map() }
    const users = new Set<string>()

    const lockProducts = (ids: string[], wait: boolean) => async () => {
      for (const product of await dialect.lockProducts(tx, ids, wait))
        locked.products.set(product.id, product)
    }
    const lockUsers = (ids: string[], wait: boolean) => async () => {
      for (const id of await dialect.lockUsers(tx, ids, wait)) users.add(id)
    }
    const statements: (() => Promise<unknown>)[] = []
    for (const wait of waitFor.size > 0 ? [true, false] : [false]) {
      const mine = (id: string) => waitFor.has(id) === wait
      const [products, people] =
        waitFor.size > 0 ? [productIds.filter(mine), userIds.filter(mine)] : [productIds, userIds]
      if (products.length > 0) statements.push(lockProducts(products, wait))
      if (people.length > 0) statements.push(lockUsers(people, wait))
    }
    if (limited)
      statements.push(async () => {
        for (const userId of userIds) locked.pending.set(userId, { open: 0, units: 0 })
        for (const { userId, open, units } of await dialect.countPending(
          tx,
          userIds,
          limits.maxHeldUnits > 0,
        ))
          locked.pending.set(userId, { open, units })
      })
    await dialect.together(tx, statements).catch((error) => {
      throw waitFor.size > 0 && dialect.isRowHeld(error)
        ? new RowLockTimeout('another transaction holds a row', { cause: error })
        : error
    })

    const products = await missing(tx, 'products', productIds, new Set(locked.products.keys()))
    for (const id of products.held) locked.held.add(id)
    if (careful) {
      const { rest, held } = await missing(tx, 'users', userIds, users)
      for (const id of rest) (held.includes(id) ? locked.held : locked.gone).add(id)
    }
    return locked
  }

  /** Notes a lock wait timeout of `work`. */
  async function watch<T>(work: Promise<T>): Promise<T> {
    try {
      return await work
    } catch (error) {
      if (dialect.isRowHeld(error)) carefulUntil = performance.now() + CAREFUL_MS
      throw error
    }
  }

  return Object.assign(lock, { watch })
}
