import { useSignal } from '@preact/signals'
import type { OrderStatus, OrderView } from '../../../contract/order'
import { t } from '../../languages/order'
import { t as shared } from '../../languages/shared'
import type { Action } from '../../parts/action'
import { Progress } from '../../parts/progress'
import { isCancellable, steps } from '../status'

interface MovesProps {
  order: OrderView
  action: Action
  move: (to: OrderStatus) => Promise<boolean>
}

/** The buttons that move an order along, or cancel it. */
export function Moves({ order, action, move }: MovesProps) {
  const sure = useSignal(false)
  const { busy, waiting } = action
  const asking = sure.value && isCancellable(order.status)

  const cancel = async () => {
    await move('cancelled')
    sure.value = false
  }
  return (
    <footer class="actions">
      <Progress action={action} />
      {asking ? (
        <>
          <p>{t.cancelThisOrderAnd}</p>
          <button class="button danger" type="button" aria-disabled={busy.value} onClick={cancel}>
            {busy.value ? t.cancelling : t.cancelTheOrder}
          </button>
          <button class="button" type="button" onClick={() => (sure.value = false)}>
            {shared.keepIt}
          </button>
        </>
      ) : (
        <>
          {steps()[order.status].map(({ to, label }) => (
            <button
              class="button primary"
              type="button"
              key={to}
              aria-disabled={busy.value}
              onClick={() => void move(to)}
            >
              {busy.value ? t.working : label}
            </button>
          ))}
          {isCancellable(order.status) && (
            <button
              class="button"
              type="button"
              aria-disabled={busy.value}
              onClick={() => (sure.value = true)}
            >
              {t.cancelOrder}
            </button>
          )}
        </>
      )}
      {waiting.value && (
        <button class="button" type="button" onClick={action.cancel}>
          {t.stopTrying}
        </button>
      )}
    </footer>
  )
}
