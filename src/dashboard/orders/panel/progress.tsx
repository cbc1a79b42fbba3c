import type { OrderStatus } from '../../../contract/order'
import { statusNames } from '../status'

const path: OrderStatus[] = ['pending', 'confirmed', 'shipped', 'delivered']

/** How far the order is on its way. */
export function Progress({ status }: { status: OrderStatus }) {
  if (status === 'cancelled') return <p class="quiet">This order was cancelled and its stock returned.</p>
  const reached = path.indexOf(status)
  return (
    <ol class="progress">
      {path.map((step, i) => (
        <li
          key={step}
          class={i <= reached ? 'reached' : undefined}
          aria-current={i === reached ? 'step' : undefined}
        >
          {statusNames[step]}
        </li>
      ))}
    </ol>
  )
}
