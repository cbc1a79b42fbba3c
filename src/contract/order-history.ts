import type { EventActor } from './events.js'
import type { OrderStatus } from './order.js'

/** A change of an order, or its placement. */
export interface OrderHistoryEntry {
  at: string
  /** The status after it. */
  status: OrderStatus
  /** The author, with their present name. To customers, the people and programs of the shop are the shop, without an id. */
  actor: (EventActor | { type: 'user' | 'key'; id: null }) & { name: string }
  /** `expired` where no request asked for it; `metadata` for a change of the metadata alone, whose values are not kept. */
  cause?: 'expired' | 'metadata'
  /** The note, where it was set; null where it was removed. */
  note?: string | null
}
