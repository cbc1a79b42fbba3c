import type { OrderView } from '../../contract/order'
import { call } from '../api/call'
import type { RetryOptions } from '../api/retry'
import { cacheCustomers, customerOf } from './customers'
import type { CustomerView, ListedOrder } from './listed-order'

const MAX_KNOWN = 20_000

/** The SKUs of products, null where one has none. */
const skus = new Map<string, string | null>()

/** Caches the customers and the products of orders with `expand=customer,product`. */
export function cacheExpanded(orders: ListedOrder[]): void {
  cacheCustomers(orders)
  for (const { product } of orders) {
    if (!product) continue
    const oldest = skus.keys().next().value
    if (skus.size >= MAX_KNOWN && oldest !== undefined) skus.delete(oldest)
    skus.set(product.id, product.sku)
  }
}

/** An order with all details for packing. */
export interface CompleteOrder extends OrderView {
  customer: CustomerView | undefined
  sku: string | null
}

/** Completes orders, asking for those alone whose customer or product is not known. @throws Refused, Unreachable */
export async function completed(orders: OrderView[], retryOptions: RetryOptions): Promise<CompleteOrder[]> {
  const complete: CompleteOrder[] = []
  for (const order of orders) {
    if (customerOf(order).peek() === undefined || !skus.has(order.productId)) {
      const path = `/orders/${encodeURIComponent(order.id)}?expand=customer,product`
      cacheExpanded([(await call<ListedOrder>('GET', path, retryOptions)).body])
    }
    complete.push({
      ...order,
      customer: customerOf(order).peek(),
      sku: skus.get(order.productId) ?? null,
    })
  }
  return complete
}
