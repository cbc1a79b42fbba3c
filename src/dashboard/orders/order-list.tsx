import { count, counted, shortId, when } from '../formats'
import { MoneyCell } from '../parts/money-cell'
import { VirtualList } from '../parts/virtual-list'
import { linkTo } from '../routing'
import { CheckCell } from './bulk/check-cell'
import { customerOf } from './customers'
import { MAX_ROWS, type OrderFeed } from './feed'
import { type OrderFilter, parametersOf } from './filter'
import { StatusMark } from './status'

const ROW_HEIGHT = 45
const NARROW_ROW_HEIGHT = 95

const header = ['Select', 'Time', 'Order', 'Product', 'Qty', 'Customer', 'Total', 'Status'].map((name) => (
  <span role="columnheader" class={`cell ${name.toLowerCase()}`} key={name}>
    {name === 'Select' ? <span class="unseen">Select</span> : name}
  </span>
))

interface OrderListProps {
  feed: OrderFeed
  filter: OrderFilter
}

/** Rows of orders, which move only while nobody aims at them. */
export function OrderList({ feed, filter }: OrderListProps) {
  void feed.version.value // subscribes to the feed: its rows are no signals
  if (!feed.loaded.value) return feed.failure.value ? null : <div class="empty quiet">Loading orders…</div>
  const list = parametersOf(filter).toString()
  return (
    <VirtualList
      label="Orders, newest first"
      rows={feed}
      rowHeight={ROW_HEIGHT}
      narrowRowHeight={NARROW_ROW_HEIGHT}
      header={header}
      memory={`orders ${list}`}
      onNearEnd={() => feed.failure.peek() === undefined && void feed.more()}
      onHold={(held) => (held ? feed.hold() : feed.release())}
      footer={<Footer feed={feed} isFiltered={list !== ''} />}
    >
      {(order) => {
        const customer = customerOf(order, list).value
        return (
          <>
            <CheckCell feed={feed} order={order} />
            <span class="cell time" role="cell">
              {when(order.createdAt)}
            </span>
            <span class="cell order" role="cell">
              <a
                href={linkTo('orders', order.id)}
                draggable={false}
                aria-label={`${shortId(order.id)}, ${counted(order.quantity, 'unit')} of ${order.productName}${customer ? ` for ${customer.name}` : ''}`}
              >
                {shortId(order.id)}
              </a>
            </span>
            <span class="cell product" role="cell" title={order.productName} dir="auto">
              {order.productName}
            </span>
            <span class="cell qty" role="cell">
              {count(order.quantity)}
            </span>
            <span class="cell customer" role="cell" title={customer?.email ?? undefined} dir="auto">
              {customer?.name ?? <span class="skeleton">Customer</span>}
            </span>
            <MoneyCell column="total" amount={order.totalPrice} />
            <span class="cell status" role="cell">
              <StatusMark status={order.status} />
            </span>
          </>
        )
      }}
    </VirtualList>
  )
}

function Footer({ feed, isFiltered }: { feed: OrderFeed; isFiltered: boolean }) {
  if (feed.length === 0 && feed.complete)
    return (
      <div class="empty">
        <strong>{isFiltered ? 'No such orders' : 'No orders yet'}</strong>
        <span class="quiet">
          {isFiltered
            ? 'Words match the beginnings of names, emails and ids.'
            : 'They appear here the moment they are placed.'}
        </span>
      </div>
    )
  if (feed.truncated)
    return (
      <p class="end quiet">Only the newest {count(MAX_ROWS)} are listed here. Search to find older ones.</p>
    )
  return feed.loading.value ? <p class="end quiet">Loading older orders…</p> : null
}
