import type { OrderStatus } from '../../contract/order'

/** Actions offered for each status besides cancelling, the usual one first. */
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
