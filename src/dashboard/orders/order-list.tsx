import { count, shortId, when } from '../formats'
import { t } from '../languages/orders'
import { t as shared } from '../languages/shared'
import { MoneyCell } from '../parts/money-cell'
import { VirtualList } from '../parts/virtual-list'
import { linkTo } from '../routing'
import { CheckAll, CheckCell } from './bulk/check-cell'
import { customerOf } from './customers'
import { MAX_ROWS, type OrderFeed } from './feed'
import { type OrderFilter, parametersOf } from './filter'
import { StatusMark } from './status'

const ROW_HEIGHT = 45
const MEDIUM_ROW_HEIGHT = 60
const NARROW_ROW_HEIGHT = 95

/** With less, columns cut the names of products: two lines for an order, then three. */
const WIDTHS = { wide: 1000, medium: 560 }

const columns = () => ({
  time: t.time,
  order: shared.order,
  product: shared.product,
  qty: t.qty,
  customer: shared.customer,
  total: t.total,
  status: t.status,
})

const Header = ({ feed }: { feed: OrderFeed }) => (
  <>
    <CheckAll feed={feed} />
    {Object.entries(columns()).map(([name, label]) => (
      <span role="columnheader" class={`cell ${name}`} key={name}>
        {label}
      </span>
    ))}
  </>
)

interface OrderListProps {
  feed: OrderFeed
  filter: OrderFilter
}

/** Rows of orders, which do not move while someone points at them. */
export function OrderList({ feed, filter }: OrderListProps) {
  void feed.version.value // subscribes to the feed: its rows are no signals
  if (!feed.loaded.value) return feed.failure.value ? null : <div class="empty quiet">{t.loadingOrders}</div>
  const list = parametersOf(filter).toString()
  return (
    <VirtualList
      label={t.ordersNewestFirst}
      rows={feed}
      rowHeight={ROW_HEIGHT}
      mediumRowHeight={MEDIUM_ROW_HEIGHT}
      narrowRowHeight={NARROW_ROW_HEIGHT}
      widths={WIDTHS}
      header={<Header feed={feed} />}
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
                aria-label={
                  customer
                    ? t.rowFor(order.quantity, shortId(order.id), order.productName, customer.name)
                    : t.rowOf(order.quantity, shortId(order.id), order.productName)
                }
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
              {customer?.name ?? <span class="skeleton">{shared.customer}</span>}
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
        <strong>{isFiltered ? t.noSuchOrders : t.noOrdersYet}</strong>
        <span class="quiet">{isFiltered ? t.wordsMatchTheBeginnings : t.theyAppearHereThe}</span>
      </div>
    )
  if (feed.truncated) return <p class="end quiet">{t.onlyTheNewestAre(count(MAX_ROWS))}</p>
  return feed.loading.value ? <p class="end quiet">{t.loadingOlderOrders}</p> : null
}
