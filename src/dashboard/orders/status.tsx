import type { OrderStatus } from '../../contract/order'
import { t } from '../languages/orders'

/** Actions offered for each status besides cancelling, the usual one first. */
export const steps = (): Record<OrderStatus, { to: OrderStatus; label: string }[]> => ({
  pending: [{ to: 'confirmed', label: t.confirm }],
  confirmed: [{ to: 'shipped', label: t.markAsShipped }],
  shipped: [{ to: 'delivered', label: t.markAsDelivered }],
  delivered: [],
  cancelled: [],
})

export const isCancellable = (status: OrderStatus) => status === 'pending' || status === 'confirmed'

export const statusNames = (): Record<OrderStatus, string> => ({
  pending: t.pending,
  confirmed: t.confirmed,
  shipped: t.shipped,
  delivered: t.delivered,
  cancelled: t.cancelled,
})

export const StatusMark = ({ status }: { status: OrderStatus }) => (
  <span class={`mark ${status}`}>{statusNames()[status]}</span>
)
