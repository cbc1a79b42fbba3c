import type { OrderView } from '../contract/order.js'
import type { Outcome } from './group-commit.js'
import type { RowLocked } from './row-locked.js'

/** An order to place. Its id is drawn beforehand, so that every attempt writes the same one. */
export interface NewOrder {
  id: string
  userId: string
  productId: string
  quantity: number
  idempotencyKey: string | null
  /** The request that places it. */
  requestId?: string | undefined
  /** Whether a commit of this order got no answer, so that the order may exist already. */
  inDoubt: boolean
}

export interface PlacedOrder {
  order: OrderView
  /** Whether an earlier request with the same idempotency key placed it. */
  replayed: boolean
}

/** The outcome of one order of a batch; RowLocked if another transaction holds a row that it needs. */
export type Placing = Outcome<PlacedOrder | RowLocked>
