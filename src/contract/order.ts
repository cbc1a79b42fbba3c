import type { Metadata } from './metadata.js'

/** An order's statuses, in the order of its life; `cancelled` ends it early. */
export const orderStatuses = ['pending', 'confirmed', 'shipped', 'delivered', 'cancelled'] as const
export type OrderStatus = (typeof orderStatuses)[number]

/** An order as clients see it. */
export interface OrderView {
  id: string
  /** The checkout it was placed with, if any. */
  checkoutId: string | null
  userId: string
  productId: string
  /** The product's name when it was ordered. */
  productName: string
  quantity: number
  unitPrice: number
  totalPrice: number
  status: OrderStatus
  note: string | null
  /** Fields of the shop's own; null without any. */
  metadata: Metadata | null
  /** When a pending order is cancelled unless it is confirmed first; null without a limit. */
  expiresAt: string | null
  createdAt: string
  updatedAt: string
}
