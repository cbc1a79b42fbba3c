import type { ProductView } from '../../contract/product'
import { call } from '../api/call'
import { Refused } from '../api/failures'
import type { RetryOptions } from '../api/retry'
import { t } from '../languages/product'
import { type LoadedProduct, loadProduct } from './use-product'

export type ProductEdit = Pick<ProductView, 'name' | 'sku' | 'price' | 'lowStockThreshold'>

/** Returns the members of `wanted` with another value in `before`: the rest may be changed by somebody else. */
export function changesOf(wanted: ProductEdit, before: ProductEdit | undefined): Partial<ProductEdit> {
  const changed = Object.entries(wanted).filter(
    ([name, value]) => value !== before?.[name as keyof ProductEdit],
  )
  return Object.fromEntries(changed)
}

/** Edit conflict: somebody else changed the product since it was loaded. */
export class Stale extends Error {
  override name = 'Stale'
  readonly current: LoadedProduct
  constructor(current: LoadedProduct) {
    super(t.somebodyElseChangedThis2)
    this.current = current
  }
}

/** Whether `product` has the values of `edit`. */
const has = (product: ProductEdit, edit: Partial<ProductEdit>) =>
  Object.keys(changesOf({ ...product, ...edit }, product)).length === 0

/** The values of the members to change, as the person saw them. */
const seenValues = (product: ProductEdit, wanted: Partial<ProductEdit>): Partial<ProductEdit> =>
  Object.fromEntries(Object.keys(wanted).map((name) => [name, product[name as keyof ProductEdit]]))

/** Bounds consecutive retries over stock-only changes: every order makes one. */
const MAX_RETRIES = 20

/**
 * Saves changes of a product with optimistic concurrency (If-Match). Every order changes the ETag too: if only the stock
 * differs, no edit would be lost, so it retries with the new ETag.
 * @throws Stale with the current product; Refused, Unreachable
 */
export async function saveProduct(
  seen: LoadedProduct,
  wanted: Partial<ProductEdit>,
  retryOptions: RetryOptions,
): Promise<ProductView> {
  const { product } = seen
  let { etag } = seen
  if (has(product, wanted)) return product
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
      if (has(now.product, wanted)) return now.product
      if (!has(now.product, seenValues(product, wanted)) || attempt >= MAX_RETRIES) throw new Stale(now)
      etag = now.etag
    }
  }
}
