import type { OrderStatus } from '../../../contract/order'
import { t } from '../../languages/order'
import { statusNames } from '../status'

const path: OrderStatus[] = ['pending', 'confirmed', 'shipped', 'delivered']

/** How far the order is on its way. */
export function Progress({ status }: { status: OrderStatus }) {
  if (status === 'cancelled') return <p class="quiet">{t.thisOrderWasCancelled}</p>
  const reached = path.indexOf(status)
  return (
    <ol class="progress">
      {path.map((step, i) => (
        <li
          key={step}
          class={i <= reached ? 'reached' : undefined}
          aria-current={i === reached ? 'step' : undefined}
        >
          {statusNames()[step]}
        </li>
      ))}
    </ol>
  )
}
