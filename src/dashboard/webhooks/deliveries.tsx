import { useSignal } from '@preact/signals'
import type { WebhookAttempt } from '../../contract/webhook'
import { call } from '../api/call'
import { count, fullTime } from '../formats'
import { t as shared } from '../languages/shared'
import { t } from '../languages/webhooks'
import { useAction } from '../parts/action'
import { useLoad } from '../parts/load'
import { LoadFailure } from '../parts/notice'
import type { Page } from '../parts/paged-rows'
import { Progress } from '../parts/progress'
import { eventNames } from './event-names'
import { Outcome } from './outcome'

const PAGE = 20

interface DeliveriesProps {
  id: string
  /** Changes when there may be new attempts. */
  version: number
}

/** The attempts of the last 7 days to deliver to a webhook, newest first. */
export function Deliveries({ id, version }: DeliveriesProps) {
  const page = useSignal<Page<WebhookAttempt> | undefined>(undefined)
  const older = useAction()
  const path = `/webhooks/${encodeURIComponent(id)}/deliveries?limit=${PAGE}`
  const loading = useLoad(
    async (retryOptions) => {
      const { body } = await call<Page<WebhookAttempt>>('GET', path, retryOptions)
      const shown = page.peek()
      // Older pages loaded by the person stay; attempts have no ids, and are told apart by their time and event.
      const known = new Set(body.items.map(({ at, offset }) => `${at} ${offset}`))
      const rest = shown?.items.filter(({ at, offset }) => !known.has(`${at} ${offset}`)) ?? []
      page.value =
        shown && shown.items.length > PAGE
          ? { items: [...body.items, ...rest], nextCursor: shown.nextCursor }
          : body
    },
    [id, version],
  )
  const more = (cursor: string) =>
    older.run(async (retryOptions) => {
      const address = `${path}&cursor=${encodeURIComponent(cursor)}`
      const { body } = await call<Page<WebhookAttempt>>('GET', address, retryOptions)
      page.value = { ...body, items: [...(page.peek()?.items ?? []), ...body.items] }
    })
  const { items, nextCursor = null } = page.value ?? {}
  return (
    <section class="history">
      <h3>{t.deliveries}</h3>
      <LoadFailure failure={loading.failure.value} again={loading.again} />
      {items?.length === 0 && <p class="quiet">{t.noneInTheLast}</p>}
      <ol class="attempts">
        {items?.map((attempt) => (
          <li key={`${attempt.at} ${attempt.offset}`}>
            <strong>
              {eventNames[attempt.type] ?? attempt.type} <span class="quiet">{count(attempt.offset)}</span>
            </strong>
            <Outcome outcome={attempt} />
            <time class="quiet" dateTime={attempt.at}>
              {fullTime(attempt.at)}
            </time>
          </li>
        ))}
      </ol>
      {!items && loading.busy.value && <p class="quiet">{shared.loading}</p>}
      <Progress action={older} />
      {nextCursor !== null && (
        <button
          class="button"
          type="button"
          aria-disabled={older.busy.value}
          onClick={() => void more(nextCursor)}
        >
          {older.busy.value ? shared.loading : t.olderDeliveries}
        </button>
      )}
    </section>
  )
}
