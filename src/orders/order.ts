import type { Order } from '#prisma'
import type { OrderStatus, OrderView } from '../contract/order.js'
import type { OrderRow } from '../db/dialect.js'
import type { Money } from '../money.js'

type ViewedColumns = Omit<
  OrderRow,
  'idempotencyKey' | 'keyFingerprint' | 'stockAfter' | 'totalPrice' | 'expiresAt'
> & { totalPrice: number | bigint; expiresAt: number | Date | null }

/** Returns the API's view of an order whose times are formatted already, as those of a batch are: once for all. */
export const viewOrderAt = (
  row: ViewedColumns,
  status: OrderStatus,
  createdAt: string,
  updatedAt: string,
  { fromMinor }: Money,
): OrderView => ({
  id: row.id,
  checkoutId: row.checkoutId,
  userId: row.userId,
  productId: row.productId,
  productName: row.productName,
  quantity: row.quantity,
  unitPrice: fromMinor(row.unitPrice),
  totalPrice: fromMinor(row.totalPrice),
  status,
  note: row.note,
  expiresAt: row.expiresAt === null ? null : new Date(row.expiresAt).toISOString(),
  createdAt,
  updatedAt,
})

/** Returns the API's view of a row of `orders`. */
export const viewOrder = (
  row: Omit<Order, 'idempotencyKey' | 'keyFingerprint' | 'stockAfter'>,
  money: Money,
): OrderView => {
  const { status, createdAt, updatedAt } = row
  return viewOrderAt(row, status as OrderStatus, createdAt.toISOString(), updatedAt.toISOString(), money)
}

/** Returns the version of an order for its ETag: the time of its last change, which grows with each. */
export const versionOf = (updatedAt: Date | string): bigint => BigInt(new Date(updatedAt).getTime())
