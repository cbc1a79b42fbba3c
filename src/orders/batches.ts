import { DatabaseBusy } from '../db/errors.js'
import { isStorageFailure } from '../db/storage-errors.js'
import { GroupCommit } from './group-commit.js'
import type { NewOrder, PlacedOrder, Placing } from './new-order.js'
import { createPlaceOrders, type PlaceOrdersOptions } from './place-orders.js'
import { RowLocked, RowLockTimeout } from './row-locked.js'

export interface OrderQueueOptions extends PlaceOrdersOptions {
  maxBatch: number
  maxQueue: number
  /** Called after each committed batch with its number of orders and the duration of the commit in seconds. */
  onBatch?(size: number, seconds: number): void
}

/** Maximum wait of an order for a row locked by another transaction. */
const PATIENCE_MS = 5_000

const heldRow = (outcome: Placing | undefined) =>
  outcome?.ok && outcome.value instanceof RowLocked ? outcome.value.row : undefined

/**
 * Queues orders into batches, in two lanes. The main lane never waits for a row lock: if another transaction holds a
 * product or a user, the batch continues without the affected orders. Those move to the waiting lane, as do later
 * orders of the same product, so their order is kept. The waiting lane waits for one row at a time, for at most a
 * second, and meanwhile picks up rows that became free.
 */
export function createOrderQueue(options: OrderQueueOptions) {
  const { db, maxBatch, maxQueue, onBatch } = options
  const placeOrders = createPlaceOrders(options)

  async function placeNow(batch: NewOrder[]): Promise<Placing[]> {
    const started = performance.now()
    const outcomes = await placeOrders(batch, { lane: 'main', wait: false })
    onBatch?.(batch.length, (performance.now() - started) / 1000)
    return outcomes
  }

  let waitedFor: string | undefined
  /** Waits for the row of some of the orders, preferably another row than last time. */
  async function waitForOne(batch: NewOrder[], outcomes: Placing[]): Promise<Placing[]> {
    const rows = outcomes.flatMap((outcome) => heldRow(outcome) ?? [])
    const row = rows.find((candidate) => candidate !== waitedFor) ?? rows[0]
    waitedFor = row
    const mine = batch.filter((_, i) => heldRow(outcomes[i]) === row)
    const placed = await placeOrders(mine, { lane: 'waiting', wait: true }).catch((error) => {
      if (error instanceof RowLockTimeout) return undefined
      throw error
    })
    const byId = new Map(mine.map(({ id }, i) => [id, placed?.[i]]))
    return outcomes.map((outcome, i) => byId.get(batch[i]?.id ?? '') ?? outcome)
  }

  async function placeWaiting(batch: NewOrder[]): Promise<Placing[]> {
    const started = performance.now()
    const [first] = batch
    // If all orders are for one product, typically one sold by several processes, there is nothing to try first.
    const alike = first && batch.every(({ productId }) => productId === first.productId)
    let outcomes: Placing[] = alike
      ? batch.map(() => ({ ok: true, value: new RowLocked(first.productId) }))
      : await placeOrders(batch, { lane: 'waiting', wait: false })
    if (outcomes.every(heldRow)) outcomes = await waitForOne(batch, outcomes)
    if (!outcomes.every(heldRow)) onBatch?.(batch.length, (performance.now() - started) / 1000)
    return outcomes
  }

  const lane = (commit: (batch: NewOrder[]) => Promise<Placing[]>) =>
    new GroupCommit<NewOrder, PlacedOrder | RowLocked>({
      maxBatch,
      maxQueue,
      commit,
      isOutage: (error) => error instanceof DatabaseBusy || isStorageFailure(error),
      overlap: db.dialect.remote,
    })
  const main = lane(placeNow)
  const waiting = lane(placeWaiting)
  /** Number of orders waiting for each row. */
  const heldRows = new Map<string, number>()

  function count(row: string, change: number): void {
    const orders = (heldRows.get(row) ?? 0) + change
    if (orders > 0) heldRows.set(row, orders)
    else heldRows.delete(row)
  }

  /** @throws DatabaseBusy if the row stays locked for too long */
  async function wait(order: NewOrder, first: string): Promise<PlacedOrder> {
    const deadline = performance.now() + PATIENCE_MS
    let row = first
    for (;;) {
      count(row, 1)
      const placed = await waiting.push(order).finally(() => count(row, -1))
      if (!(placed instanceof RowLocked)) return placed
      row = placed.row
      if (performance.now() > deadline)
        throw new DatabaseBusy(new RowLockTimeout(`another transaction holds the row ${row}`))
    }
  }

  return {
    /** @throws the refusal of this order; QueueFull, QueueClosed; or the failure of the commit */
    async place(order: NewOrder): Promise<PlacedOrder> {
      const { productId, userId } = order
      if (heldRows.size > 0 && heldRows.has(productId)) return wait(order, productId)
      if (heldRows.size > 0 && heldRows.has(userId)) return wait(order, userId)
      const placed = await main.push(order)
      return placed instanceof RowLocked ? wait(order, placed.row) : placed
    },

    isFull: () => main.waiting >= maxQueue,

    /** Number of orders waiting for the next batch of either lane. */
    waiting: () => main.waiting + waiting.waiting,

    /** Accepts no more orders; resolves once the accepted ones are settled. */
    async close(): Promise<void> {
      await main.close()
      await waiting.close()
    },
  }
}
