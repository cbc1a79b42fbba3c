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
