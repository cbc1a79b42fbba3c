import type { LockedProduct } from '../db/dialect.js'
import type { Db, RawTx } from '../db/types.js'
import { StillHeld } from './held.js'
import { isLimited, type OrderLimits, type Pending } from './order-limits.js'
import type { NewOrder } from './place-orders.js'

/** The rows that a batch of orders has locked, and what it read of them. */
export interface Locked {
  products: Map<string, LockedProduct>
  /** Products and users whose rows another transaction holds. */
  held: Set<string>
  /** Users who are not there any more, as far as they were looked for. */
  gone: Set<string>
  /** What each user has in pending orders, where that is limited. */
  pending: Map<string, Pending>
}

/** After a row was waited for in vain, users are looked at beforehand for so long. */
const CAREFUL_MS = 60_000

// Sorted, so that transactions which lock several rows all lock them in one order and can't deadlock.
const sorted = (values: string[]) => [...new Set(values)].sort()

/**
 * Makes the function that locks what a batch of orders needs: the products and, where orders are limited, the users, so that
 * two processes that place for one user count one after the other. What another transaction holds is passed over, or, with
 * `wait`, waited for: then StillHeld is thrown if that takes too long.
 *
 * Each order also locks its user's row for a moment, as a foreign key does. To look for held users at all times would be
 * one statement more for every batch, so it is done only once one was held: `watch` notices.
 */
export function createLocks(db: Db, limits: OrderLimits) {
  const { dialect } = db
  const limited = isLimited(limits)
  let carefulUntil = Number.NEGATIVE_INFINITY

  /** Those of `wanted` that were not locked: which of them exist, and so are held. */
  async function missing(tx: RawTx, table: 'products' | 'users', wanted: string[], locked: Set<string>) {
    const rest = wanted.filter((id) => !locked.has(id))
    const held = rest.length > 0 ? await dialect.findRows(tx, table, rest) : []
    return { rest, held }
  }

  async function lock(tx: RawTx, batch: NewOrder[], wait: boolean): Promise<Locked> {
    const productIds = sorted(batch.map(({ productId }) => productId))
    const careful = limited || performance.now() < carefulUntil
    const userIds = careful ? sorted(batch.map(({ userId }) => userId)) : []
    const locked: Locked = { products: new Map(), held: new Set(), gone: new Set(), pending: new Map() }
    const users = new Set<string>()

    const statements = [
      async () => {
        for (const product of await dialect.lockProducts(tx, productIds, wait))
          locked.products.set(product.id, product)
      },
    ]
    if (careful)
      statements.push(async () => {
        for (const id of await dialect.lockUsers(tx, userIds, wait)) users.add(id)
      })
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
      throw wait && dialect.isRowHeld(error)
        ? new StillHeld('another transaction holds a row', { cause: error })
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

  /** Notices when `work` waited in vain for a row. */
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
