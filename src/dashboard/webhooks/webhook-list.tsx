import type { WebhookView } from '../../contract/webhook'
import { count, counted } from '../formats'
import type { PagedRows } from '../parts/paged-rows'
import { VirtualList } from '../parts/virtual-list'
import { linkTo } from '../routing'
import { eventNames } from './event-names'
import { StateMark } from './state'

const ROW_HEIGHT = 61
const NARROW_ROW_HEIGHT = 93

const columns = { receiver: 'Receiver', events: 'Events', position: 'Delivered up to', state: 'State' }

const header = Object.entries(columns).map(([name, label]) => (
  <span role="columnheader" class={`cell ${name}`} key={name}>
    {label}
  </span>
))

function eventsOf({ types }: WebhookView): string {
  if (types === null) return 'All events'
  const [first] = types
  return types.length === 1 && first
    ? eventNames[first]
    : counted(types.length, 'kind of event', 'kinds of events')
}

/** Rows of webhooks, loaded as they are scrolled to. */
export function WebhookList({ webhooks }: { webhooks: PagedRows<WebhookView> }) {
  void webhooks.version.value // subscribes to the rows, which are no signals
  if (!webhooks.loaded.value)
    return webhooks.failure.value ? null : <div class="empty quiet">Loading webhooks…</div>
  return (
    <VirtualList
      label="Webhooks"
      rows={webhooks}
      rowHeight={ROW_HEIGHT}
      narrowRowHeight={NARROW_ROW_HEIGHT}
      header={header}
      onNearEnd={() => webhooks.failure.peek() === undefined && void webhooks.more()}
      footer={
        webhooks.length === 0 && (
          <div class="empty">
            <strong>No webhooks yet</strong>
            <span class="quiet">A webhook sends the events of the shop to a program as they happen.</span>
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
