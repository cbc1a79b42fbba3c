import type { WebhookView } from '../../contract/webhook'
import { count } from '../formats'
import { t } from '../languages/webhooks'
import type { PagedRows } from '../parts/paged-rows'
import { VirtualList } from '../parts/virtual-list'
import { linkTo } from '../routing'
import { eventNames } from './event-names'
import { StateMark } from './state'

const ROW_HEIGHT = 61
const NARROW_ROW_HEIGHT = 93

const columns = { receiver: t.receiver, events: t.events, position: t.deliveredUpTo, state: t.state }

const header = Object.entries(columns).map(([name, label]) => (
  <span role="columnheader" class={`cell ${name}`} key={name}>
    {label}
  </span>
))

function eventsOf({ types }: WebhookView): string {
  if (types === null) return t.allEvents
  const [first] = types
  return types.length === 1 && first ? eventNames[first] : t.nKindOfEvent(types.length)
}

/** Rows of webhooks, loaded as they are scrolled to. */
export function WebhookList({ webhooks }: { webhooks: PagedRows<WebhookView> }) {
  void webhooks.version.value // subscribes to the rows, which are no signals
  if (!webhooks.loaded.value)
    return webhooks.failure.value ? null : <div class="empty quiet">{t.loadingWebhooks}</div>
  return (
    <VirtualList
      label={t.webhooks}
      rows={webhooks}
      rowHeight={ROW_HEIGHT}
      narrowRowHeight={NARROW_ROW_HEIGHT}
      header={header}
      onNearEnd={() => webhooks.failure.peek() === undefined && void webhooks.more()}
      footer={
        webhooks.length === 0 && (
          <div class="empty">
            <strong>{t.noWebhooksYet}</strong>
            <span class="quiet">{t.aWebhookSendsThe}</span>
          </div>
        )
      }
    >
      {(webhook) => (
        <>
          <span class="cell receiver" role="cell" title={webhook.url}>
            <a href={linkTo('webhooks', webhook.id)} dir="auto">
              {webhook.description ?? new URL(webhook.url).host}
            </a>
            <small class="quiet" dir="ltr">
              {webhook.url}
            </small>
          </span>
          <span class="cell events" role="cell" title={webhook.types?.join(', ')}>
            {eventsOf(webhook)}
          </span>
          <span class="cell position" role="cell">
            {count(webhook.position)}
          </span>
          <span class="cell state" role="cell">
            <StateMark webhook={webhook} />
          </span>
        </>
      )}
    </VirtualList>
  )
}
