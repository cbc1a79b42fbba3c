import { useSignal } from '@preact/signals'
import type { OrderView } from '../../../contract/order'
import type { OrderHistoryEntry } from '../../../contract/order-history'
import { call } from '../../api/call'
import { fullTime } from '../../formats'
import { t } from '../../languages/order'
import { t as shared } from '../../languages/shared'
import { useLoad } from '../../parts/load'
import { LoadFailure } from '../../parts/notice'
import { statusNames } from '../status'

/** Describes the change of an entry, given the one before it. */
function changeOf(entry: OrderHistoryEntry, before: OrderHistoryEntry | undefined): string {
  if (!before) return shared.placed
  if (entry.cause === 'expired') return t.expired
  if (entry.cause === 'metadata') return t.metadataChanged
  if (entry.status !== before.status) return statusNames()[entry.status]
  return entry.note == null ? t.noteRemoved : t.note
}

/** The events of the order with their authors, oldest first. */
export function Timeline({ order }: { order: OrderView }) {
  const entries = useSignal<OrderHistoryEntry[] | undefined>(undefined)
  const loading = useLoad(
    async (retryOptions) => {
      const path = `/orders/${encodeURIComponent(order.id)}/history`
      entries.value = (await call<{ items: OrderHistoryEntry[] }>('GET', path, retryOptions)).body.items
    },
    [order.id, order.updatedAt],
  )
  return (
    <section class="history">
      <h3>{t.history}</h3>
      <LoadFailure failure={loading.failure.value} again={loading.again} />
      {entries.value ? (
        <ol>
          {entries.value.map((entry, i, all) => (
            <li key={i}>
              <strong>{changeOf(entry, all[i - 1])}</strong>
              <span>
                {' '}
                {t.by(<bdi>{entry.actor.type === 'system' ? t.theSystem : entry.actor.name}</bdi>)}
              </span>
              <time class="quiet" dateTime={entry.at}>
                {fullTime(entry.at)}
              </time>
              {entry.note != null && <q dir="auto">{entry.note}</q>}
            </li>
          ))}
        </ol>
      ) : (
        loading.busy.value && <p class="quiet">{shared.loading}</p>
      )}
    </section>
  )
}
