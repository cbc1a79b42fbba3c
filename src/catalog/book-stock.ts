import type { Actor } from '../accounts/access/principal.js'
import type { StockBooking } from '../db/bulk.js'
import type { Db } from '../db/db.js'
import type { Tx } from '../db/transaction.js'

/**
 * A stock change that no order caused. Its id is drawn with the product locked, but before the time of the change: the next
 * process to lock the product observes only that time.
 */
export type Booking = Omit<StockBooking, 'userId' | 'keyId' | 'reason'> & { reason?: string | undefined }

/**
 * Records stock changes in the books and in the ledgers of their products, except those of nothing. Call it with the products
 * locked, so that the rows' ids ascend in the order of the changes.
 * @param at time of the changes, and the products' `updatedAt`
 */
export async function bookStock(
  { dialect }: Db,
  tx: Tx,
  bookings: Booking[],
  { userId, keyId }: Actor,
  at: number,
): Promise<void> {
  const rows = bookings
    .filter(({ delta }) => delta !== 0)
    .map(({ reason = null, ...booking }) => ({ ...booking, userId, keyId: keyId ?? null, reason }))
  if (rows.length > 0) await dialect.bulk.bookChanges(tx, rows, at)
}
