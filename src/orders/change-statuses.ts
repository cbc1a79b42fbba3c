import { setImmediate as turn } from 'node:timers/promises'
import type { OrderStatus, OrderView } from '../contract/order.js'
import { notFound, Problem } from '../errors.js'
import { type Remember, remembering } from '../idempotency/remember.js'
import { isId } from '../ids.js'
import { type Origin, SYSTEM } from '../stream/origin.js'
import { holdOrders } from './hold-orders.js'
import { viewOrder } from './order.js'
import { refuseUnlessNext } from './status-transitions.js'
import { type ChangeOptions, createChangeWriter, type OrderEdit } from './write-changes.js'

/** The outcome of one order: itself as it is now, or the reason why it was left as it is. */
export type StatusOutcome = { id: string; order: OrderView } | { id: string; problem: Problem }

/** Orders per transaction: few enough that other orders hardly wait for it. */
const ORDERS_AT_ONCE = 150

/** Changes of the statuses of many orders at once. */
export function createStatusesChange(options: ChangeOptions) {
  const { db } = options
  const write = createChangeWriter(options)

  const changeTogether = (
    ids: string[],
    to: OrderStatus,
    origin: Origin,
    remember?: Remember<StatusOutcome[]>,
  ): Promise<StatusOutcome[]> =>
    db.write(
      remembering(remember, async (tx, inDoubt) => {
        const held = await holdOrders(db, tx, ids.filter(isId), to === 'cancelled')
        const edits: OrderEdit[] = []
        const outcomes = ids.map((id): StatusOutcome => {
          const order = held.orders.get(id)
          if (!order) return { id, problem: notFound('order') }
          if (inDoubt && order.status === to) return { id, order: viewOrder(order, db.money) }
          try {
            refuseUnlessNext(order, to)
          } catch (error) {
            if (error instanceof Problem) return { id, problem: error }
            throw error
          }
          edits.push({ order, status: to })
          return { id, order: viewOrder(order, db.money) }
        })
        const changed = new Map((await write(tx, held, edits, { origin })).map((order) => [order.id, order]))
        return outcomes.map((outcome) => {
          const order = changed.get(outcome.id)
          return order ? { id: order.id, order } : outcome
        })
      }),
    )

  return {
    /**
     * Moves each of the orders to `to`, if it may follow; `cancelled` returns the stock. One that is refused harms no other.
     * They are changed in several short transactions, or with `remember` in one, so that a retry finds all of them changed
     * or none.
     * @param ids distinct, and at most a thousand
     * @returns the outcomes in the order of `ids`
     */
    async changeStatuses(
      ids: string[],
      to: OrderStatus,
      origin: Origin = SYSTEM,
      remember?: Remember<StatusOutcome[]>,
    ): Promise<StatusOutcome[]> {
      if (remember) return changeTogether(ids, to, origin, remember)
      const outcomes: StatusOutcome[] = []
      for (let i = 0; i < ids.length; i += ORDERS_AT_ONCE) {
        // With SQLite a transaction may pass without a turn of the event loop, in which queued orders would begin theirs.
        if (i > 0) await turn()
        outcomes.push(...(await changeTogether(ids.slice(i, i + ORDERS_AT_ONCE), to, origin)))
      }
      return outcomes
    },
  }
}
