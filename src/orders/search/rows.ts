import type { Order } from '#prisma'
import { raw } from '../../db/sql.js'

/** The columns of an order that its view and its place in a list need, by their names in the database. */
const COLUMNS = {
  id: 'id',
  checkoutId: 'checkout_id',
  userId: 'user_id',
  productId: 'product_id',
  productName: 'product_name',
  quantity: 'quantity',
  unitPrice: 'unit_price',
  totalPrice: 'total_price',
  status: 'status',
  note: 'note',
  metadata: 'metadata',
  expiresAt: 'expires_at',
  createdAt: 'created_at',
  updatedAt: 'updated_at',
} as const satisfies Partial<Record<keyof Order, string>>

export type ListedOrder = Pick<Order, keyof typeof COLUMNS>

export const ORDER_COLUMNS = raw(
  Object.entries(COLUMNS)
    .map(([name, column]) => `orders.${column} AS ${name}`)
    .join(', '),
)
