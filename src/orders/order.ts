import type { Order } from '#prisma'
import type { OrderStatus, OrderView } from '../contract/order.js'
import type { OrderRow } from '../db/dialect.js'
import { fromMinor } from '../money.js'

/** Returns the API's view of an order whose times are formatted already, as those of a batch are: once for all. */
export const viewOrderAt = (
  row: Omit<OrderRow, 'idempotencyKey' | 'totalPrice'> & { totalPrice: number | bigint },
  status: OrderStatus,
  createdAt: string,
  updatedAt: string,
): OrderView => ({
  id: row.id,
  userId: row.userId,
  productId: row.productId,
  quantity: row.quantity,
  unitPrice: fromMinor(row.unitPrice),
  totalPrice: fromMinor(row.totalPrice),
  status,
  createdAt,
  updatedAt,
})

/** Returns the API's view of a row of `orders`. */
export const viewOrder = (row: Omit<Order, 'idempotencyKey'>): OrderView =>
  viewOrderAt(row, row.status as OrderStatus, row.createdAt.toISOString(), row.updatedAt.toISOString())
