import { useComputed } from '@preact/signals'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import { type OrderStatus, orderStatuses } from '../../contract/order'
import { call } from '../api/call'
import { count, money, shortId, when } from '../formats'
import { onEvents, resets } from '../live/stream'
import { LoadFailure, Notice } from '../parts/notice'
import { VirtualList } from '../parts/virtual-list'
import { useWaiting } from '../parts/waiting'
import { useWide } from '../parts/wide'
import { go, linkTo, route, setQuery } from '../routing'
import { MAX_ROWS, OrderFeed, type OrderPage } from './feed'
import { OrderPanel } from './order-panel'
import { ProductName } from './product-name'
import { StatusMark, statusNames } from './status'

const PAGE = 100
const ROW_HEIGHT = 45
const NARROW_ROW_HEIGHT = 73

function Filter({ chosen }: { chosen: OrderStatus | undefined }) {
  const choices = [undefined, ...orderStatuses]
  return (
    <fieldset class="segments">
      <legend class="unseen">Show</legend>
      {choices.map((status) => (
        <label key={status ?? 'all'}>
          <input
            type="radio"
            name="status"
            checked={status === chosen}
            onChange={() => setQuery({ status: status ?? '' })}
          />
          <span>{status ? statusNames[status] : 'All'}</span>
        </label>
      ))}
    </fieldset>
  )
}

const header = ['Time', 'Order', 'Product', 'Qty', 'Customer', 'Total', 'Status'].map((name) => (
  <span role="columnheader" class={`cell ${name.toLowerCase()}`} key={name}>
    {name}
  </span>
))

/** Live list of orders. */
export function OrdersView() {
  const status = useComputed(() => orderStatuses.find((name) => name === route.value.query.get('status')))
  const chosen = status.value
  const wide = useWide()
  const { note, retryOptions } = useWaiting()

  const feed = useMemo(
    () =>
      new OrderFeed(chosen, async (cursor) => {
        const query = new URLSearchParams({ scope: 'all', limit: String(PAGE) })
        if (chosen) query.set('status', chosen)
        if (cursor) query.set('cursor', cursor)
        return (await call<OrderPage>('GET', `/orders?${query}`, retryOptions(chosen ?? 'all'))).body
      }),
    [chosen],
  )
  useEffect(() => onEvents((events) => feed.apply(events)), [feed])
  // Signals call a new subscriber at once: loads now, and again on each reset before the page turns live.
  useEffect(() => resets.subscribe(() => void feed.reload()), [feed])

  // Keeps the previous list on screen until the new one has loaded.
  const shown = useRef({ feed, chosen })
  if (feed.loaded.value || feed.failure.value !== undefined) shown.current = { feed, chosen }
  const open = route.value.id
  return (
    <>
      <header class="bar">
        <h1>Orders</h1>
        <Filter chosen={chosen} />
      </header>
      {note.value && <Notice tone="wait">{note.value}</Notice>}
      <LoadFailure failure={feed.failure.value} again={() => void feed.reload()} />
      <Feed
        key={shown.current.chosen ?? 'all'}
        feed={shown.current.feed}
        wide={wide}
        status={shown.current.chosen}
      />
      {open && (
        <OrderPanel id={open} onChanged={(order) => feed.put(order)} onClose={() => go(linkTo('orders'))} />
      )}
    </>
  )
}

interface FeedProps {
  feed: OrderFeed
  wide: boolean
  status: OrderStatus | undefined
}

function Feed({ feed, wide, status }: FeedProps) {
  void feed.version.value // subscribes to the feed: its rows are no signals
  if (!feed.loaded.value) return feed.failure.value ? null : <div class="empty quiet">Loading orders…</div>
  return (
    <VirtualList
      label="Orders, newest first"
      rows={feed}
      rowHeight={wide ? ROW_HEIGHT : NARROW_ROW_HEIGHT}
      header={header}
      onNearEnd={() => feed.failure.peek() === undefined && void feed.more()}
      footer={<Footer feed={feed} status={status} />}
    >
      {(order) => (
        <>
          <span class="cell time" role="cell">
            {when(order.createdAt)}
          </span>
          <span class="cell order" role="cell">
            <a href={linkTo('orders', order.id)}>{shortId(order.id)}</a>
          </span>
          <span class="cell product" role="cell">
            <ProductName id={order.productId} />
          </span>
          <span class="cell qty" role="cell">
            {count(order.quantity)}
          </span>
          <span class="cell customer" role="cell" title={order.userId}>
            {shortId(order.userId)}
          </span>
          <span class="cell total" role="cell">
            {money(order.totalPrice)}
          </span>
          <span class="cell status" role="cell">
            <StatusMark status={order.status} />
          </span>
        </>
      )}
    </VirtualList>
  )
}

function Footer({ feed, status }: Omit<FeedProps, 'wide'>) {
  if (feed.length === 0 && feed.complete)
    return (
      <div class="empty">
        <strong>{status ? `No ${status} orders` : 'No orders yet'}</strong>
        <span class="quiet">They appear here the moment they are placed.</span>
      </div>
    )
  if (feed.truncated)
    return (
      <p class="end quiet">
        Only the newest {count(MAX_ROWS)} are listed here. Use a filter to find older ones.
      </p>
    )
  return feed.loading.value ? <p class="end quiet">Loading older orders…</p> : null
}
