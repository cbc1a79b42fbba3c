import type { Db } from '../db/types.js'
import { invalidRequest } from '../errors.js'
import { isId } from '../ids.js'
import { type OrderStatus, type OrderView, viewOrder } from './order.js'

export interface OrderQuery {
  /** Whose orders; everybody's if not given. */
  userId?: string
  status?: OrderStatus
  limit: number
  cursor?: string
}

// Ids ascend with time, so the place in the list is the last order's id and nothing more.
const toCursor = (id: string) => Buffer.from(id).toString('base64url')

function fromCursor(cursor: string): string {
  const id = Buffer.from(cursor, 'base64url').toString()
  if (!isId(id)) throw invalidRequest([{ path: 'cursor', message: 'is not a cursor of this list' }])
  return id
}

/**
 * One page of orders, newest first.
 * @throws Problem invalid-request for a cursor that no list gave.
 */
export async function listOrders(
  db: Db,
  { userId, status, limit, cursor }: OrderQuery,
): Promise<{ items: OrderView[]; nextCursor: string | null }> {
  const before = cursor === undefined ? undefined : fromCursor(cursor)
  if (userId !== undefined && !isId(userId)) return { items: [], nextCursor: null }
  const rows = await db.read.order.findMany({
    where: { userId, status, ...(before !== undefined && { id: { lt: before } }) },
    orderBy: { id: 'desc' },
    take: limit + 1, // one more than asked for tells whether there are more
  })
  const items = rows.slice(0, limit).map(viewOrder)
  const last = items.at(-1)
  return { items, nextCursor: rows.length > limit && last ? toCursor(last.id) : null }
}
