import type { Order } from '#prisma'
import type { Metadata } from '../contract/metadata.js'
import type { OrderStatus, OrderView } from '../contract/order.js'
import type { OrderRow } from '../db/dialect.js'
import { metadataOf } from '../metadata.js'
import type { Money } from '../money.js'

type ViewedColumns = Omit<
  OrderRow,
  'idempotencyKey' | 'keyFingerprint' | 'stockAfter' | 'totalPrice' | 'expiresAt' | 'metadata'
> & { totalPrice: number | bigint; expiresAt: number | Date | null }

/** Returns the API's view of an order whose metadata and times are in its form already, as those of a batch are. */
export const viewOrderAt = (
  row: ViewedColumns,
  metadata: Metadata | null,
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
  metadata,
  expiresAt: row.expiresAt === null ? null : new Date(row.expiresAt).toISOString(),
  createdAt,
  updatedAt,
})

/** Returns the API's view of a row of `orders`. */
export const viewOrder = (
  row: Omit<Order, 'idempotencyKey' | 'keyFingerprint' | 'stockAfter'>,
  money: Money,
): OrderView => {
  const { status, metadata, createdAt, updatedAt } = row
  return viewOrderAt(
    row,
    metadataOf(metadata),
    status as OrderStatus,
    createdAt.toISOString(),
    updatedAt.toISOString(),
    money,
  )
}

/** Returns the version of an order for its ETag: the time of its last change, which grows with each. */
export const versionOf = (updatedAt: Date | string): bigint => BigInt(new Date(updatedAt).getTime())
