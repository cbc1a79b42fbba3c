import type { OrderView } from '../../../contract/order'
import { count, fullTime, money } from '../../formats'
import { t } from '../../languages/order'
import { t as shared } from '../../languages/shared'
import { linkTo, linkToQuery } from '../../routing'
import { customerOf } from '../customers'
import { StatusMark } from '../status'
import { Expiry } from './expiry'

/** Product, customer and time of the order. Names stay with the order, whatever becomes of its product. */
export function Facts({ order }: { order: OrderView }) {
  const customer = customerOf(order).value
  return (
    <>
      <div class="sum">
        <span class="big">{money(order.totalPrice)}</span>
        <StatusMark status={order.status} />
      </div>
      {order.status === 'pending' && order.expiresAt !== null && <Expiry at={order.expiresAt} />}
      <dl class="facts">
        <dt>{shared.product}</dt>
        <dd>
          <a href={linkTo('inventory', order.productId, 'ledger')}>
            <bdi>{order.productName}</bdi>
          </a>
        </dd>
        <dt>{t.quantity}</dt>
        <dd>
          {count(order.quantity)} × {money(order.unitPrice)}
        </dd>
        <dt>{shared.customer}</dt>
        <dd>
          <a href={linkTo('people', order.userId)}>
            {customer ? <bdi>{customer.name}</bdi> : <span class="quiet">{t.account(order.userId)}</span>}
          </a>
          {customer?.email && <div class="id">{customer.email}</div>}
          <a class="id" href={linkToQuery('orders', { userId: order.userId })}>
            {t.allTheirOrders}
          </a>
        </dd>
        <dt>{shared.order}</dt>
        <dd class="id">{order.id}</dd>
        <dt>{shared.placed}</dt>
        <dd>{fullTime(order.createdAt)}</dd>
        <dt>{t.lastChange}</dt>
        <dd>{fullTime(order.updatedAt)}</dd>
      </dl>
    </>
  )
}
