import type { OrderStatus, OrderView } from '../../../contract/order'
import { call } from '../../api/call'
import { explain, Refused } from '../../api/failures'
import { shortId } from '../../formats'
import { t } from '../../languages/order'
import { t as shared } from '../../languages/shared'
import { useAction } from '../../parts/action'
import { Dialog } from '../../parts/dialog'
import { Metadata } from '../../parts/metadata'
import { Notice } from '../../parts/notice'
import { PrintSlip } from '../print/print-buttons'
import { CheckoutOrders } from './checkout-orders'
import { Facts } from './facts'
import { Moves } from './moves'
import { Note } from './note'
import { Progress } from './progress'
import { Timeline } from './timeline'
import { useOrder } from './use-order'

interface OrderPanelProps {
  id: string
  onChanged: (order: OrderView) => void
  onClose: () => void
}

/** One order: its contents and customer, its actions and its history. */
export function OrderPanel({ id, onChanged, onClose }: OrderPanelProps) {
  const { order: shown, loading, show, load } = useOrder(id, onChanged)
  const action = useAction()
  const order = shown.value
  const failure = loading.failure.value

  /** Safe to retry: if an earlier try succeeded, the server answers `invalid-transition`, and a reload confirms it. */
  const move = (to: OrderStatus) =>
    action.run(async (retryOptions) => {
      const [method, path, options] =
        to === 'cancelled'
          ? (['POST', `/orders/${id}/cancel`, {}] as const)
          : (['PATCH', `/orders/${id}`, { body: { status: to } }] as const)
      try {
        show((await call<OrderView>(method, path, { ...options, idempotent: true, ...retryOptions })).body)
      } catch (error) {
        if (!(error instanceof Refused) || error.code !== 'invalid-transition') throw error
        await load(retryOptions)
        if (shown.peek()?.status !== to) throw error
      }
    })

  return (
    <Dialog title={t.order(shortId(id))} place="side" onClose={onClose}>
      {loading.waiting.value && <Notice tone="wait">{loading.waiting.value}</Notice>}
      {failure !== undefined && (
        <Notice tone="bad">
          {failure instanceof Refused && failure.status === 404 ? (
            t.thereIsNoSuch
          ) : (
            <>
              {explain(failure)}{' '}
              <button class="button small" type="button" onClick={loading.again}>
                {t.tryAgain}
              </button>
            </>
          )}
        </Notice>
      )}
      {order ? (
        <>
          <Facts order={order} />
          <Progress status={order.status} />
          <Moves order={order} action={action} move={move} />
          <PrintSlip order={order} />
          <Note order={order} onChanged={show} />
          <Metadata fields={order.metadata} />
          {order.checkoutId !== null && <CheckoutOrders order={order} checkoutId={order.checkoutId} />}
          <Timeline order={order} />
        </>
      ) : (
        failure === undefined && <p class="quiet">{shared.loading}</p>
      )}
    </Dialog>
  )
}
