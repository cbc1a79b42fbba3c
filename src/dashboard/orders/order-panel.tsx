import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { OrderStatus, OrderView } from '../../contract/order'
import { call } from '../api/call'
import { explain, Refused } from '../api/failures'
import type { RetryOptions } from '../api/retry'
import { count, fullTime, money } from '../formats'
import { onEvents, resets } from '../live/stream'
import { type Action, useAction } from '../parts/action'
import { Dialog } from '../parts/dialog'
import { Notice } from '../parts/notice'
import { isNewer } from './feed'
import { ProductName } from './product-name'
import { isCancellable, StatusMark, statusNames, steps } from './status'

interface OrderPanelProps {
  id: string
  onChanged: (order: OrderView) => void
  onClose: () => void
}

/** Details of one order, with its actions. */
export function OrderPanel({ id, onChanged, onClose }: OrderPanelProps) {
  const order = useSignal<OrderView | undefined>(undefined)
  const loading = useAction()
  const action = useAction()

  // Responses and events may arrive out of order: never replace a newer state.
  const show = (update: OrderView) => {
    const shown = order.peek()
    if (!shown || shown.id !== update.id || isNewer(update, shown)) order.value = update
    onChanged(update)
  }
  const load = async (retryOptions?: RetryOptions) => {
    show((await call<OrderView>('GET', `/orders/${encodeURIComponent(id)}`, retryOptions)).body)
  }
  useEffect(() => {
    order.value = undefined
    void loading.run(load)
    return onEvents((events) => {
      for (const { type, data } of events)
        if ((type === 'order:created' || type === 'order:updated') && data.id === id) show(data)
    })
  }, [id, resets.value])

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
        if (order.value?.status !== to) throw error
      }
    })

  return (
    <Dialog title={`Order ${id.slice(-8).toUpperCase()}`} place="side" onClose={onClose}>
      {loading.waiting.value && <Notice tone="wait">{loading.waiting.value}</Notice>}
      {loading.failure.value !== undefined && (
        <Notice tone="bad">
          {loading.failure.value instanceof Refused && loading.failure.value.status === 404
            ? 'There is no such order.'
            : explain(loading.failure.value)}
        </Notice>
      )}
      {order.value ? (
        <>
          <Facts order={order.value} />
          <Progress status={order.value.status} />
          <Moves order={order.value} action={action} move={move} />
        </>
      ) : (
        loading.busy.value && <p class="quiet">Loading…</p>
      )}
    </Dialog>
  )
}

function Facts({ order }: { order: OrderView }) {
  return (
    <>
      <div class="sum">
        <span class="big">{money(order.totalPrice)}</span>
        <StatusMark status={order.status} />
      </div>
      <dl class="facts">
        <dt>Product</dt>
        <dd>
          <ProductName id={order.productId} />
        </dd>
        <dt>Quantity</dt>
        <dd>
          {count(order.quantity)} × {money(order.unitPrice)}
        </dd>
        <dt>Customer</dt>
        <dd class="id">{order.userId}</dd>
        <dt>Order</dt>
        <dd class="id">{order.id}</dd>
        <dt>Placed</dt>
        <dd>{fullTime(order.createdAt)}</dd>
        <dt>Last change</dt>
        <dd>{fullTime(order.updatedAt)}</dd>
      </dl>
    </>
  )
}

const path: OrderStatus[] = ['pending', 'confirmed', 'shipped', 'delivered']

function Progress({ status }: { status: OrderStatus }) {
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

interface MovesProps {
  order: OrderView
  action: Action
  move: (to: OrderStatus) => Promise<boolean>
}

function Moves({ order, action, move }: MovesProps) {
  const sure = useSignal(false)
  const { busy, waiting, failure } = action
  const cancel = async () => {
    await move('cancelled')
    sure.value = false
  }
  return (
    <footer class="actions">
      {waiting.value && <Notice tone="wait">{waiting.value}</Notice>}
      {failure.value !== undefined && <Notice tone="bad">{explain(failure.value)}</Notice>}
      {!sure.value &&
        steps[order.status].map(({ to, label }) => (
          <button
            class="button primary"
            type="button"
            key={to}
            aria-disabled={busy.value}
            onClick={() => void move(to)}
          >
            {label}
          </button>
        ))}
      {isCancellable(order.status) && !sure.value && (
        <button class="button" type="button" aria-disabled={busy.value} onClick={() => (sure.value = true)}>
          Cancel order…
        </button>
      )}
      {isCancellable(order.status) && sure.value && (
        <>
          <p>Cancel this order and give its stock back?</p>
          <button class="button danger" type="button" aria-disabled={busy.value} onClick={cancel}>
            Cancel the order
          </button>
          <button class="button" type="button" onClick={() => (sure.value = false)}>
            Keep it
          </button>
        </>
      )}
      {waiting.value && (
        <button class="button" type="button" onClick={action.cancel}>
          Stop trying
        </button>
      )}
    </footer>
  )
}
