import type { OrderView } from '../../contract/order.js'
import type { Db } from '../../db/db.js'

/** The resources to put beside an order. */
export const orderExpansions = ['customer', 'product'] as const
export type OrderExpansion = (typeof orderExpansions)[number]

export interface ExpandedOrder extends OrderView {
  /** As of today: `Deleted user` without an email address after an erasure. */
  customer?: { id: string; name: string; email: string | null }
  /** As of today, or as it was when it was deleted. */
  product?: { id: string; sku: string | null; name: string }
}

const idsOf = <K extends 'userId' | 'productId'>(orders: OrderView[], key: K) => [
  ...new Set(orders.map((order) => order[key])),
]

/** Puts customers and products beside orders. */
export async function expandOrders(
  { read }: Db,
  orders: OrderView[],
  expansions: readonly OrderExpansion[],
): Promise<ExpandedOrder[]> {
  if (orders.length === 0 || expansions.length === 0) return orders
  const users = expansions.includes('customer')
    ? await read.user.findMany({
        where: { id: { in: idsOf(orders, 'userId') } },
        select: { id: true, name: true, email: true, erasedAt: true },
      })
    : []
  const products = expansions.includes('product')
    ? await read.product.findMany({
        where: { id: { in: idsOf(orders, 'productId') } },
        select: { id: true, sku: true, name: true },
      })
    : []
  const customers = new Map(
    users.map(({ id, name, email, erasedAt }) => [id, { id, name, email: erasedAt ? null : email }]),
  )
  const productsById = new Map(products.map((product) => [product.id, product]))
  return orders.map((order) => {
    const customer = customers.get(order.userId)
    const product = productsById.get(order.productId)
    return { ...order, ...(customer && { customer }), ...(product && { product }) }
  })
}
