import type { OrderStatus } from '../../orders/order'

/** What may be done with an order of each status, the usual step first. */
export const steps: Record<OrderStatus, { to: OrderStatus; label: string }[]> = {
  pending: [{ to: 'confirmed', label: 'Confirm' }],
  confirmed: [{ to: 'shipped', label: 'Mark as shipped' }],
  shipped: [{ to: 'delivered', label: 'Mark as delivered' }],
  delivered: [],
  cancelled: [],
}

export const isCancellable = (status: OrderStatus) => status === 'pending' || status === 'confirmed'

export const statusNames: Record<OrderStatus, string> = {
  pending: 'Pending',
  confirmed: 'Confirmed',
  shipped: 'Shipped',
  delivered: 'Delivered',
  cancelled: 'Cancelled',
}

export const StatusMark = ({ status }: { status: OrderStatus }) => (
  <span class={`mark ${status}`}>{statusNames[status]}</span>
)
