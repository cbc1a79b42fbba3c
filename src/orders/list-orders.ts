import type { OrderStatus, OrderView } from '../contract/order.js'
import type { Db } from '../db/db.js'
import { invalidRequest } from '../errors.js'
import { isId } from '../ids.js'
import { viewOrder } from './order.js'

export interface OrderQuery {
  /** The customer; all customers if omitted. */
  userId?: string | undefined
  status?: OrderStatus | undefined
  limit: number
  cursor?: string | undefined
}

// Ids ascend with time, so the last order's id is all the cursor needs.
const toCursor = (id: string) => Buffer.from(id).toString('base64url')

function fromCursor(cursor: string): string {
  const id = Buffer.from(cursor, 'base64url').toString()
  if (!isId(id)) throw invalidRequest([{ path: 'cursor', message: 'is not a cursor of this list' }])
  return id
}

/**
 * Returns a page of orders, newest first.
 * @throws Problem invalid-request for a forged or malformed cursor
 */
export async function listOrders(
  db: Db,
  { userId, status, limit, cursor }: OrderQuery,
): Promise<{ items: OrderView[]; nextCursor: string | null }> {
  const before = cursor === undefined ? undefined : fromCursor(cursor)
  if (userId !== undefined && !isId(userId)) return { items: [], nextCursor: null }
  const rows = await db.read.order.findMany({
    where: {
      ...(userId !== undefined && { userId }),
      ...(status !== undefined && { status }),
      ...(before !== undefined && { id: { lt: before } }),
    },
    orderBy: { id: 'desc' },
    take: limit + 1, // one extra row tells whether there is another page
  })
  const items = rows.slice(0, limit).map(viewOrder)
  const last = items.at(-1)
  return { items, nextCursor: rows.length > limit && last ? toCursor(last.id) : null }
}
