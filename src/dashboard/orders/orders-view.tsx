import { signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { call } from '../api/call'
import { compact } from '../formats'
import { t } from '../languages/orders'
import { t as shared } from '../languages/shared'
import { onEvents, onLoad } from '../live/stream'
import { useKept } from '../parts/kept'
import { lazy } from '../parts/lazy'
import { LoadFailure, Notice } from '../parts/notice'
import { waitIn } from '../parts/waiting'
import { leaveTo, linkTo, route } from '../routing'
import { BulkBar } from './bulk/bulk-bar'
import { clearSelection } from './bulk/selection'
import { cacheExpanded } from './expanded'
import { OrderFeed, type OrderPage } from './feed'
import { filterOf, matcherOf, type OrderFilter, parametersOf } from './filter'
import { OrderList } from './order-list'
import { OrderTools } from './order-tools'
import { useKeys } from './use-keys'

const OrderPanel = lazy(async () => (await import('./panel/order-panel')).OrderPanel)

const PAGE = 100

/** Begins a list of orders, which stays current until it is stopped. */
function openFeed(filter: OrderFilter) {
  const note = signal<string | undefined>(undefined)
  const { retryOptions, stop } = waitIn(note)
  const feed = new OrderFeed(matcherOf(filter), async (cursor) => {
    const asked = parametersOf(filter)
    for (const [name, value] of Object.entries({
      scope: 'all',
      limit: String(PAGE),
      expand: 'customer,product',
    }))
      asked.set(name, value)
    if (cursor) asked.set('cursor', cursor)
    const { body } = await call<OrderPage>('GET', `/orders?${asked}`, retryOptions)
    cacheExpanded(body.items)
    return body
  })
  const stops = [onEvents((events) => feed.apply(events)), onLoad(() => void feed.reload()), stop]
  const stopAll = () => {
    for (const each of stops) each()
  }
  return { value: { feed, filter, note }, stop: stopAll }
}

/** Live list of orders. */
export function OrdersView() {
  const { query, id: open } = route.value
  const key = parametersOf(filterOf(query)).toString()
  const { feed, filter, note } = useKept('orders', key, () => openFeed(filterOf(query)))
  useEffect(() => {
    if (feed.failure.peek() !== undefined) void feed.reload()
  }, [feed])

  // Keeps the previous list on screen until the new one has loaded.
  const shown = useRef({ feed, filter, key })
  if (feed.loaded.value || feed.failure.value !== undefined) shown.current = { feed, filter, key }
  useKeys(shown.current.feed)
  useEffect(() => clearSelection, [key])
  return (
    <>
      <header class="bar">
        <h1>{shared.orders}</h1>
        <div class="news-place">
          <News feed={shown.current.feed} />
        </div>
        <OrderTools filter={filter} feed={shown.current.feed} />
      </header>
      {note.value && <Notice tone="wait">{note.value}</Notice>}
      <LoadFailure failure={feed.failure.value} again={() => void feed.reload()} />
      <OrderList key={shown.current.key} feed={shown.current.feed} filter={shown.current.filter} />
      <BulkBar feed={shown.current.feed} />
      {open && (
        <OrderPanel
          key={open}
          id={open}
          onChanged={(order) => feed.put(order)}
          onClose={() => leaveTo(linkTo('orders'))}
        />
      )}
    </>
  )
}

/** New orders not in the list yet, since somebody aims at its rows, or only the server can search. */
function News({ feed }: { feed: OrderFeed }) {
  const [waiting, unsure] = [feed.waiting.value, feed.unsure.value]
  if (waiting + unsure === 0) return null
  return (
    <button
      class="button small news"
      type="button"
      aria-label={(unsure > 0 ? t.searchAgain : t.showNew)(compact(waiting + unsure))}
      onClick={() => (unsure > 0 ? void feed.reload() : feed.show())}
    >
      {t.fresh(compact(waiting + unsure))}
    </button>
  )
}
