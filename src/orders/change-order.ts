import type { Order } from '#prisma'
import type { Metadata } from '../contract/metadata.js'
import type { OrderStatus, OrderView } from '../contract/order.js'
import { notFound } from '../errors.js'
import { type Remember, remembering } from '../idempotency/remember.js'
import { isId } from '../ids.js'
import { metadataText } from '../metadata.js'
import { type Origin, SYSTEM } from '../stream/origin.js'
import { holdOrders } from './hold-orders.js'
import { versionOf, viewOrder } from './order.js'
import { type Accepts, refuseStale } from './refuse-stale.js'
import { refuseUnlessCancellable, refuseUnlessNext } from './status-transitions.js'
import { type ChangeOptions, createChangeWriter, type OrderEdit } from './write-changes.js'

export interface CancelOptions<T = OrderView> {
  /** The requesting user, if limited to their own pending orders. */
  owner?: string | undefined
  /** Its author; the system by default. */
  origin?: Origin
  accepts?: Accepts | undefined
  remember?: Remember<T> | undefined
}

/** The next state of an order. */
export interface OrderInput {
  status?: OrderStatus | undefined
  /** Null removes the note. */
  note?: string | null | undefined
  /** Replaces all of it; null removes it. */
  metadata?: Metadata | null | undefined
}

export interface EditOptions<T = OrderView> {
  /** Its author; the system by default. */
  origin?: Origin
  accepts?: Accepts | undefined
  remember?: Remember<T> | undefined
}

/** Changes of one placed order, each in a transaction with its events. */
export function createOrderChanges(options: ChangeOptions) {
  const { db } = options
  const write = createChangeWriter(options)

  /** Changes the order, locked, as `decide` says; undefined leaves it as it is. */
  const change = (
    id: string,
    returning: boolean,
    origin: Origin,
    remember: Remember<OrderView> | undefined,
    decide: (order: Order, inDoubt: boolean) => Omit<OrderEdit, 'order'> | undefined,
  ): Promise<OrderView> =>
    db.write(
      remembering(remember, async (tx, inDoubt) => {
        if (!isId(id)) throw notFound('order')
        const held = await holdOrders(db, tx, [id], returning)
        const order = held.orders.get(id)
        if (!order) throw notFound('order')
        const edit = decide(order, inDoubt)
        if (!edit) return viewOrder(order, db.money)
        const [view] = await write(tx, held, [{ order, ...edit }], { origin })
        return view ?? viewOrder(order, db.money)
      }),
    )

  const edit = (
    id: string,
    { status, note, metadata }: OrderInput,
    { origin = SYSTEM, accepts, remember }: EditOptions = {},
  ): Promise<OrderView> =>
    change(id, status === 'cancelled', origin, remember, (order, inDoubt) => {
      const hasNote = note === undefined || note === order.note
      const hasMetadata = metadata === undefined || metadataText(metadata) === order.metadata
      const hasBoth = hasNote && hasMetadata
      if (inDoubt && hasBoth && (status === undefined || status === order.status)) return undefined
      refuseStale(accepts, { what: 'order', version: versionOf(order.updatedAt), inDoubt })
      if (status === undefined && hasBoth) return undefined
      if (status !== undefined) refuseUnlessNext(order, status)
      return {
        status: status ?? (order.status as OrderStatus),
        note: hasNote ? undefined : note,
        metadata: hasMetadata ? undefined : metadata,
      }
    })

  return {
    /**
     * Changes the status of the order, its note, its metadata, or several of them; `cancelled` returns its stock. The same
     * note or metadata again is no change.
     * @throws Problem not-found; invalid-transition if the status may not follow; precondition-failed for another version
     */
    edit,

    /**
     * Moves the order to its next status; `cancelled` returns its stock.
     * @param origin the author of the change
     * @throws Problem not-found; invalid-transition if `to` may not follow
     */
    changeStatus: (id: string, to: OrderStatus, origin?: Origin): Promise<OrderView> =>
      edit(id, { status: to }, origin && { origin }),

    /**
     * Cancels the order and returns its stock. Idempotent: repeating it changes nothing and returns the same order, whatever
     * version it was asked for.
     * @throws Problem not-found, also for another user's order; invalid-transition if it is too late; precondition-failed for
     * another version
     */
    cancel: (id: string, options: CancelOptions = {}): Promise<OrderView> => {
      const { owner, origin = SYSTEM, accepts, remember } = options
      return change(id, true, origin, remember, (order, inDoubt) => {
        if (owner !== undefined && order.userId !== owner) throw notFound('order')
        if (order.status === 'cancelled') return undefined
        refuseStale(accepts, { what: 'order', version: versionOf(order.updatedAt), inDoubt })
        refuseUnlessCancellable(order, owner !== undefined)
        return { status: 'cancelled' }
      })
    },
  }
}
