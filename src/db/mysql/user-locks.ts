import type { RawTx } from '../transaction.js'

// A shared lock, as taken by an order's foreign key check: FOR UPDATE would make order batches wait for a
// sign-in. MariaDB has no FOR SHARE.
export const HOLD_USER = 'SELECT id FROM users WHERE id = ? LOCK IN SHARE MODE'

// Along one index, so all transactions lock the rows in the same order.
export const LOCK_ADMINS = `
  SELECT id, disabled + 0 AS disabled FROM users FORCE INDEX (users_role_id_idx)
  WHERE role = 'admin' ORDER BY id FOR UPDATE`

/** See Dialect. */
export async function findErased(tx: RawTx, ids: string[]): Promise<string[]> {
  const marks = Array(ids.length).fill('?')
  const rows = await tx.$queryRawUnsafe<{ id: string }[]>(
    `SELECT id FROM users WHERE id IN (${marks}) AND erased_at IS NOT NULL`,
    ...ids,
  )
  return rows.map(({ id }) => id)
}
