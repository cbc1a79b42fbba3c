import type { AnyEvent } from './events.js'

/** Returns the difference an event makes to the number of orders not cancelled: 1, 0 or −1. */
export function orderGrowth({ type, data }: AnyEvent): number {
  if (type === 'order:created') return 1
  // The note and metadata of a cancelled order may still change.
  return type === 'order:updated' &&
    data.status === 'cancelled' &&
    data.cause !== 'note' &&
    data.cause !== 'metadata'
    ? -1
    : 0
}
