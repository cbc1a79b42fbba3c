import { type Signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { ProductView } from '../../catalog/product'
import { call } from '../api/call'
import type { Patience } from '../api/patience'
import { onEvents } from '../live/stream'
import { type Action, useAction } from '../parts/action'

/** A product as one saw it, and the tag that says so to the server. */
export interface Seen {
  product: ProductView
  etag: string | undefined
}

/** @throws Refused with 404 when it is gone */
export async function look(id: string, patience?: Patience): Promise<Seen> {
  const { body, etag } = await call<ProductView>('GET', `/products/${encodeURIComponent(id)}`, patience)
  return { product: body, etag }
}

/** Loads one product for a dialog, and keeps its stock as it is. */
export function useProduct(id: string | undefined): { seen: Signal<Seen | undefined>; loading: Action } {
  const seen = useSignal<Seen | undefined>(undefined)
  const loading = useAction()
  useEffect(() => {
    if (id === undefined) return
    void loading.run(async (patience) => {
      seen.value = await look(id, patience)
    })
    return onEvents((events) => {
      const { product, etag } = seen.peek() ?? {}
      if (!product) return
      for (const { type, data } of events)
        if (type === 'stock:changed' && data.productId === id)
          seen.value = { product: { ...product, stock: data.stock }, etag }
    })
  }, [id])
  return { seen, loading }
}
