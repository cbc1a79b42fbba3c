import type { User } from '#prisma'
import type { ManagedUserView } from '../../contract/user.js'
import type { Db } from '../../db/db.js'
import { join, sql } from '../../db/sql.js'
import { viewUser } from '../user.js'

/** Orders are counted up to this number, so that no customer makes a list slow. */
const MAX_COUNTED = 10_000

/** Counts the orders of each user in `ids`. */
async function countOrders({ read }: Db, ids: string[]): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map()
  const counts = ids.map(
    (id) => sql`SELECT ${id} AS id, COUNT(*) AS orders
                FROM (SELECT 1 FROM orders WHERE user_id = ${id} LIMIT ${MAX_COUNTED}) AS capped`,
  )
  const rows = await read.$queryRaw<{ id: string; orders: bigint }[]>(sql`${join(counts, ' UNION ALL ')}`)
  return new Map(rows.map(({ id, orders }) => [id, Number(orders)]))
}

/** Returns the views of users for their managers. */
export async function viewUsers(db: Db, users: User[]): Promise<ManagedUserView[]> {
  const orders = await countOrders(
    db,
    users.map(({ id }) => id),
  )
  return users.map((user) => ({
    ...viewUser(user),
    disabled: user.disabled,
    lastSeenAt: user.lastSeenAt?.toISOString() ?? null,
    orders: orders.get(user.id) ?? 0,
  }))
}
