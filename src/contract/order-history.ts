import type { EventActor } from './events.js'
import type { OrderStatus } from './order.js'

/** A change of an order, or its placement. */
export interface OrderHistoryEntry {
  at: string
  /** The status after it. */
  status: OrderStatus
  /** The author, with their present name. To customers, the people and programs of the shop are the shop, without an id. */
  actor: (EventActor | { type: 'user' | 'key'; id: null }) & { name: string }
  /** Set where no request asked for it. */
  cause?: 'expired'
  /** The note, where it was set; null where it was removed. */
  note?: string | null
}
