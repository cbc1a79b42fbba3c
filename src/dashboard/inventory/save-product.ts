import type { ProductView } from '../../contract/product'
import { call } from '../api/call'
import { Refused } from '../api/failures'
import type { RetryOptions } from '../api/retry'
import { type LoadedProduct, loadProduct } from './use-product'

export interface ProductEdit {
  name: string
  price: number
}

/** Edit conflict: somebody else changed the product since it was loaded. */
export class Stale extends Error {
  override name = 'Stale'
  readonly current: LoadedProduct
  constructor(current: LoadedProduct) {
    super('Somebody else changed this product meanwhile.')
    this.current = current
  }
}

const isSame = (a: ProductEdit, b: ProductEdit) => a.name === b.name && a.price === b.price

/** Bounds consecutive retries over stock-only changes: every order makes one. */
const MAX_RETRIES = 20

/**
 * Saves name and price with optimistic concurrency (If-Match). Every order changes the ETag too: if only the stock
 * differs, no edit would be lost, so it retries with the new ETag.
 * @throws Stale with the current product; Refused, Unreachable
 */
export async function saveProduct(
  seen: LoadedProduct,
  wanted: ProductEdit,
  retryOptions: RetryOptions,
): Promise<ProductView> {
  const { product } = seen
  let { etag } = seen
  for (let attempt = 0; ; attempt++) {
    try {
      const { body } = await call<ProductView>('PATCH', `/products/${product.id}`, {
        body: wanted,
        headers: { 'if-match': etag ?? '"none"' },
        idempotent: true,
        ...retryOptions,
      })
      return body
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 412) throw error
      const now = await loadProduct(product.id, retryOptions)
      // Also true if an earlier try succeeded but its response was lost.
      if (isSame(now.product, wanted)) return now.product
      if (!isSame(now.product, product) || attempt >= MAX_RETRIES) throw new Stale(now)
      etag = now.etag
    }
  }
}
