import type { Order } from '#prisma'
import { fromMinor } from '../money.js'

/** An order's statuses, in the order of its life; `cancelled` ends it early. */
export const orderStatuses = ['pending', 'confirmed', 'shipped', 'delivered', 'cancelled'] as const
export type OrderStatus = (typeof orderStatuses)[number]

/** An order as clients see it. */
export interface OrderView {
  id: string
  userId: string
  productId: string
  quantity: number
  unitPrice: number
  totalPrice: number
  status: OrderStatus
  createdAt: string
  updatedAt: string
}

export const viewOrder = (row: Omit<Order, 'idempotencyKey'>): OrderView => ({
  id: row.id,
  userId: row.userId,
  productId: row.productId,
  quantity: row.quantity,
  unitPrice: fromMinor(row.unitPrice),
  totalPrice: fromMinor(row.totalPrice),
  status: row.status as OrderStatus,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
})
