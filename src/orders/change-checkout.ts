import type { Order } from '#prisma'
import type { CheckoutView } from '../contract/checkout.js'
import type { OrderStatus } from '../contract/order.js'
import type { Tx } from '../db/transaction.js'
import { notFound } from '../errors.js'
import { type Remember, remembering } from '../idempotency/remember.js'
import { isId } from '../ids.js'
import { type Origin, SYSTEM } from '../stream/origin.js'
import type { CancelOptions, EditOptions } from './change-order.js'
import { checkoutVersionOf, viewCheckout } from './checkout.js'
import { type HeldOrders, holdOrders } from './hold-orders.js'
import { viewOrder } from './order.js'
import { type Accepts, refuseStale } from './refuse-stale.js'
import { refuseUnlessCancellable, refuseUnlessNext } from './status-transitions.js'
import { type ChangeOptions, createChangeWriter } from './write-changes.js'

/** Changes of the orders of a checkout: of all at once, or of none. Those cancelled by themselves are left out. */
export function createCheckoutChanges(options: ChangeOptions) {
  const { db } = options
  const write = createChangeWriter(options)

  /** @throws Problem not-found */
  async function holdCheckout(tx: Tx, id: string, to: OrderStatus): Promise<HeldOrders & { rows: Order[] }> {
    if (!isId(id)) throw notFound('checkout')
    const found = await tx.order.findMany({
      where: { checkoutId: id },
      select: { id: true },
      orderBy: { id: 'asc' },
    })
    const ids = found.map((order) => order.id)
    const held = await holdOrders(db, tx, ids, to === 'cancelled')
    const rows = ids.flatMap((orderId) => held.orders.get(orderId) ?? [])
    if (rows.length === 0) throw notFound('checkout')
    return { ...held, rows }
  }

  const refuseUnlessAccepted = (accepts: Accepts | undefined, rows: Order[], inDoubt: boolean) =>
    refuseStale(accepts, { what: 'checkout', version: checkoutVersionOf(rows), inDoubt })

  /** Changes the orders returned by `decide`, and returns the checkout as it is then. */
  const change = (
    id: string,
    to: OrderStatus,
    origin: Origin,
    remember: Remember<CheckoutView> | undefined,
    decide: (rows: Order[], inDoubt: boolean) => Order[],
  ): Promise<CheckoutView> =>
    db.write(
      remembering(remember, async (tx, inDoubt) => {
        const { rows, ...held } = await holdCheckout(tx, id, to)
        const edits = decide(rows, inDoubt).map((order) => ({ order, status: to }))
        const changed = new Map((await write(tx, held, edits, { origin })).map((order) => [order.id, order]))
        return viewCheckout(
          id,
          rows.map((row) => changed.get(row.id) ?? viewOrder(row, db.money)),
          db.money,
        )
      }),
    )

  return {
    /**
     * Moves all orders of the checkout to `to`; `cancelled` returns their stock.
     * @throws Problem not-found; invalid-transition if `to` may not follow the status of one of them; precondition-failed for
     * another version
     */
    changeCheckoutStatus: (
      id: string,
      to: OrderStatus,
      { origin = SYSTEM, accepts, remember }: EditOptions<CheckoutView> = {},
    ): Promise<CheckoutView> =>
      change(id, to, origin, remember, (rows, inDoubt) => {
        const open = rows.filter(({ status }) => status !== 'cancelled')
        const isDone = rows.some(({ status }) => status === to) && open.every(({ status }) => status === to)
        if (inDoubt && isDone) return []
        refuseUnlessAccepted(accepts, rows, inDoubt)
        for (const order of open.length > 0 ? open : rows) refuseUnlessNext(order, to)
        return open
      }),

    /**
     * Cancels all orders of the checkout and returns their stock. Idempotent: repeating it changes nothing, whatever version it
     * was asked for.
     * @throws Problem not-found, also for another user's checkout; invalid-transition if it is too late for one of them;
     * precondition-failed for another version
     */
    cancelCheckout: (
      id: string,
      { owner, origin = SYSTEM, accepts, remember }: CancelOptions<CheckoutView> = {},
    ): Promise<CheckoutView> =>
      change(id, 'cancelled', origin, remember, (rows, inDoubt) => {
        if (owner !== undefined && rows.some(({ userId }) => userId !== owner)) throw notFound('checkout')
        const open = rows.filter(({ status }) => status !== 'cancelled')
        if (open.length > 0) refuseUnlessAccepted(accepts, rows, inDoubt)
        for (const order of open) refuseUnlessCancellable(order, owner !== undefined)
        return open
      }),
  }
}
