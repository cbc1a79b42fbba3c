import { Problem, problems, unknownOutcome } from '../errors.js'
import type { OrderQueue } from '../orders/batches.js'
import { QueueClosed, QueueFull } from '../orders/group-commit.js'
import { generatedKey } from '../orders/idempotency.js'
import type { NewOrder, PlacedCheckout, PlacedOrder, Placement } from '../orders/new-order.js'
import type { EventLog } from '../stream/log.js'
import { TooSlow, within } from '../within.js'
import { type Channel, ChannelClosed, type Handler } from '../workers/channel.js'
import { createLookUp } from '../workers/look-up.js'

type Placed = PlacedOrder | PlacedCheckout

/** Of the elected node: what it placed, or why it takes nothing. */
type Answer = Placed | 'full' | 'closed'

export interface SharedQueueOptions {
  /** The queue of this node. */
  own: OrderQueue
  /** The channel to the elected node; undefined if that is this one, or unknown. */
  channel(): Channel | undefined
  /** Number of orders in flight to the elected node at which no more are accepted. */
  maxQueue: number
  /** Offset of the last event known here. */
  position(): number
  eventLog: Pick<EventLog, 'read'>
  /** Adds the context of traced requests; nothing by default. */
  carried?: ((placement: Placement) => Placement) | undefined
  /** Called for each order sent to the elected node. */
  onForward?(): void
  /** Time until an answer, in milliseconds, after which an order is placed here. */
  patienceMs?: number
}

/**
 * Longer than an order waits in a full queue (`ORDER_QUEUE_MAX`) of a slow database: orders placed a second time would only add
 * to its load. A node that hangs is noticed earlier, by its silence.
 */
const PATIENCE_MS = 30_000

/** The elected node's method for the orders of others. @param own its own queue */
export function placingMethods(own: OrderQueue): Record<string, Handler> {
  return {
    place: (placement: Placement): Promise<Answer> =>
      own.place(placement as NewOrder).catch((error) => {
        if (error instanceof QueueFull) return 'full'
        if (error instanceof QueueClosed) return 'closed'
        throw error
      }),
  }
}

/**
 * Returns the error for the client whose order was sent to another node, and could not be placed here after its answer got
 * lost. The other node has perhaps placed it, or will once it wakes up, so a full queue here does not mean that the order was
 * refused. Only a key that belongs to something else rules that out.
 */
const inDoubt = (error: unknown): unknown =>
  error instanceof Problem && error.code === problems.keyReused.code ? error : unknownOutcome(error)

/**
 * The order queue of a node among several: orders go to the elected node, and to the own queue if there is none. An order
 * whose answer got lost is placed here under the same idempotency key, generated if the client gave none: whichever node
 * comes second finds what the first has placed, so that an order is placed once even if two nodes commit at the same time.
 */
export function createSharedQueue(options: SharedQueueOptions): OrderQueue {
  const { own, channel, maxQueue, position, carried, onForward, patienceMs = PATIENCE_MS } = options
  const lookUp = createLookUp(options.eventLog)
  let waiting = 0
  let closed = false
  let onIdle: (() => void) | undefined

  /** Places an order here of which the elected node may have placed, or may yet place, the same. */
  async function placeAgain(placement: Placement, wasGiven: boolean, after: number): Promise<Placed> {
    const { requestId } = placement
    const again = { ...placement, keyIsNew: false } as NewOrder
    const placed = await own.place(again).catch((error) => {
      throw inDoubt(error)
    })
    // Under a key of the client's, it may have been an earlier request.
    const isOwn = wasGiven && placed.replayed && requestId !== undefined && (await lookUp(requestId, after))
    return isOwn ? { ...placed, replayed: false } : placed
  }

  async function forward(to: Channel, placement: Placement): Promise<Placed> {
    const wasGiven = placement.idempotencyKey !== null
    const sent = wasGiven
      ? placement
      : { ...placement, idempotencyKey: generatedKey(placement.requestId), keyIsNew: true }
    const after = position()
    let answer: Answer
    try {
      answer = await within(patienceMs, to.call<Answer>('place', carried?.(sent) ?? sent))
    } catch (error) {
      if (!(error instanceof ChannelClosed || error instanceof TooSlow)) throw error
      answer = await placeAgain(sent, wasGiven, after)
    }
    if (answer === 'full') throw new QueueFull('the queue of the elected node is full')
    if (answer === 'closed') return own.place(placement as NewOrder)
    // Under a generated key, an earlier attempt of the same request placed it.
    return wasGiven || !answer.replayed ? answer : { ...answer, replayed: false }
  }

  function place(placement: Placement): Promise<Placed> {
    const to = channel()
    if (!to || closed) return own.place(placement as NewOrder)
    if (waiting >= maxQueue) return Promise.reject(new QueueFull('the queue is full'))
    waiting++
    onForward?.()
    return forward(to, placement).finally(() => {
      if (--waiting === 0) onIdle?.()
    })
  }

  return {
    place: place as OrderQueue['place'],
    isFull: () => waiting >= maxQueue || own.isFull(),
    waiting: () => waiting + own.waiting(),
    async close() {
      closed = true
      if (waiting > 0) await new Promise<void>((resolve) => (onIdle = resolve))
      await own.close()
    },
  }
}
