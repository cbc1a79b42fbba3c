import { type ReadonlySignal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { OrderView } from '../../../contract/order'
import { call } from '../../api/call'
import type { RetryOptions } from '../../api/retry'
import { onEvents, resets } from '../../live/stream'
import { type Load, useLoad } from '../../parts/load'
import { isNewer } from '../feed'

interface ShownOrder {
  order: ReadonlySignal<OrderView | undefined>
  loading: Load
  /** Shows `update`, unless a newer state is shown. */
  show(update: OrderView): void
  load(retryOptions?: RetryOptions): Promise<void>
}

/** Loads one order and keeps it current. */
export function useOrder(id: string, onChanged: (order: OrderView) => void): ShownOrder {
  const order = useSignal<OrderView | undefined>(undefined)
  // Responses and events may arrive out of order: never replace a newer state.
  const show = (update: OrderView) => {
    const shown = order.peek()
    if (!shown || isNewer(update, shown)) order.value = update
    onChanged(update)
  }
  const load = async (retryOptions?: RetryOptions) => {
    show((await call<OrderView>('GET', `/orders/${encodeURIComponent(id)}`, retryOptions)).body)
  }
  const loading = useLoad(load, [id, resets.value])
  useEffect(
    () =>
      onEvents((events) => {
        for (const { type, data } of events)
          if ((type === 'order:created' || type === 'order:updated') && data.id === id) show(data)
      }),
    [id],
  )
  return { order, loading, show, load }
}
