import { useSignal } from '@preact/signals'
import type { CheckoutView } from '../../../contract/checkout'
import type { OrderView } from '../../../contract/order'
import { call } from '../../api/call'
import { count, money } from '../../formats'
import { t } from '../../languages/order'
import { t as shared } from '../../languages/shared'
import { useLoad } from '../../parts/load'
import { LoadFailure } from '../../parts/notice'
import { linkTo } from '../../routing'
import { StatusMark } from '../status'

interface CheckoutOrdersProps {
  order: OrderView
  checkoutId: string
}

/** The orders placed together with this one: they go into one parcel. */
export function CheckoutOrders({ order, checkoutId }: CheckoutOrdersProps) {
  const checkout = useSignal<CheckoutView | undefined>(undefined)
  const loading = useLoad(
    async (retryOptions) => {
      const path = `/checkouts/${encodeURIComponent(checkoutId)}`
      checkout.value = (await call<CheckoutView>('GET', path, retryOptions)).body
    },
    [checkoutId, order.updatedAt],
  )
  const others = checkout.value?.orders.filter(({ id }) => id !== order.id)
  return (
    <section class="history">
      <h3>{checkout.value ? t.orderedTogetherFor(money(checkout.value.totalPrice)) : t.orderedTogether}</h3>
      <LoadFailure failure={loading.failure.value} again={loading.again} />
      {others ? (
        <ul>
          {others.map(({ id, quantity, productName, status }) => (
            <li key={id}>
              {count(quantity)} ×{' '}
              <a href={linkTo('orders', id)}>
                <bdi>{productName}</bdi>
              </a>{' '}
              <StatusMark status={status} />
            </li>
          ))}
          {others.length === 0 && <li class="quiet">{t.nothingElse}</li>}
        </ul>
      ) : (
        loading.busy.value && <p class="quiet">{shared.loading}</p>
      )}
    </section>
  )
}
