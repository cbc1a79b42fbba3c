import { type Signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { ProductView } from '../../contract/product'
import { call } from '../api/call'
import type { RetryOptions } from '../api/retry'
import { onEvents } from '../live/stream'
import { type Action, useAction } from '../parts/action'

/** A product as loaded, with its ETag. */
export interface LoadedProduct {
  product: ProductView
  etag: string | undefined
}

/** @throws Refused with 404 if it was deleted */
export async function loadProduct(id: string, retryOptions?: RetryOptions): Promise<LoadedProduct> {
  const { body, etag } = await call<ProductView>('GET', `/products/${encodeURIComponent(id)}`, retryOptions)
  return { product: body, etag }
}

/** Loads one product for a dialog and keeps its stock current. */
export function useProduct(id: string | undefined): {
  seen: Signal<LoadedProduct | undefined>
  loading: Action
  /** Loads it once more, after a failure. */
  again(): void
} {
  const seen = useSignal<LoadedProduct | undefined>(undefined)
  const loading = useAction()
  const again = () =>
    void loading.run(async (retryOptions) => {
      if (id !== undefined) seen.value = await loadProduct(id, retryOptions)
    })
  useEffect(() => {
    if (id === undefined) return
    again()
    return onEvents((events) => {
      const { product, etag } = seen.peek() ?? {}
      if (!product) return
      for (const { type, data } of events)
        if (type === 'stock:changed' && data.productId === id)
          seen.value = { product: { ...product, stock: data.stock }, etag }
    })
  }, [id])
  return { seen, loading, again }
}
