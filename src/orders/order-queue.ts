import { DatabaseBusy } from '../db/retry.js'
import { isStorageFailure } from '../db/storage.js'
import { GroupCommit } from './group-commit.js'
import { Held, StillHeld } from './held.js'
import {
  createPlaceOrders,
  type NewOrder,
  type PlacedOrder,
  type PlaceOrdersOptions,
  type Placing,
} from './place-orders.js'

export interface OrderQueueOptions extends PlaceOrdersOptions {
  maxBatch: number
  maxQueue: number
  /** Hears of each committed batch: how many orders were asked for, and how many seconds the commit took. */
  onBatch?(size: number, seconds: number): void
}

/** How long an order waits for a row that another transaction holds. */
const PATIENCE_MS = 5_000

const heldRow = (outcome: Placing | undefined) =>
  outcome?.ok && outcome.value instanceof Held ? outcome.value.row : undefined

/**
 * The queue in which orders become batches. It has two lanes. The main one waits for no row: where another transaction holds a
 * product, or a user, the batch goes on without its orders. These go to the other lane, as do all of that product
 * that come meanwhile, so that they keep their order; it waits for one row at a time, a second at most, and takes up what has
 * become free in between.
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
  /** Waits for the row of some of the orders: not for the one that was waited for last, if there is another. */
  async function waitForOne(batch: NewOrder[], outcomes: Placing[]): Promise<Placing[]> {
    const rows = outcomes.flatMap((outcome) => heldRow(outcome) ?? [])
    const row = rows.find((candidate) => candidate !== waitedFor) ?? rows[0]
    waitedFor = row
    const mine = batch.filter((_, i) => heldRow(outcomes[i]) === row)
    const placed = await placeOrders(mine, { lane: 'waiting', wait: true }).catch((error) => {
      if (error instanceof StillHeld) return undefined
      throw error
    })
    const byId = new Map(mine.map(({ id }, i) => [id, placed?.[i]]))
    return outcomes.map((outcome, i) => byId.get(batch[i]?.id ?? '') ?? outcome)
  }

  async function placeWaiting(batch: NewOrder[]): Promise<Placing[]> {
    const started = performance.now()
    const [first] = batch
    // Orders of one product, as of one that several processes sell much of, may as well wait at once.
    const alike = first && batch.every(({ productId }) => productId === first.productId)
    let outcomes: Placing[] = alike
      ? batch.map(() => ({ ok: true, value: new Held(first.productId) }))
      : await placeOrders(batch, { lane: 'waiting', wait: false })
    if (outcomes.every(heldRow)) outcomes = await waitForOne(batch, outcomes)
    if (!outcomes.every(heldRow)) onBatch?.(batch.length, (performance.now() - started) / 1000)
    return outcomes
  }

  const lane = (commit: (batch: NewOrder[]) => Promise<Placing[]>) =>
    new GroupCommit<NewOrder, PlacedOrder | Held>({
      maxBatch,
      maxQueue,
      commit,
      isOutage: (error) => error instanceof DatabaseBusy || isStorageFailure(error),
      overlap: db.dialect.remote,
    })
  const main = lane(placeNow)
  const waiting = lane(placeWaiting)
  /** How many orders wait for each row. */
  const heldRows = new Map<string, number>()

  function count(row: string, change: number): void {
    const orders = (heldRows.get(row) ?? 0) + change
    if (orders > 0) heldRows.set(row, orders)
    else heldRows.delete(row)
  }

  /** @throws DatabaseBusy when the row stayed held for too long. */
  async function wait(order: NewOrder, first: string): Promise<PlacedOrder> {
    const deadline = performance.now() + PATIENCE_MS
    let row = first
    for (;;) {
      count(row, 1)
      const placed = await waiting.push(order).finally(() => count(row, -1))
      if (!(placed instanceof Held)) return placed
      row = placed.row
      if (performance.now() > deadline)
        throw new DatabaseBusy(new StillHeld(`another transaction holds the row ${row}`))
    }
  }

  return {
    /** @throws what became of the order; QueueFull, QueueClosed; else the failure of the commit. */
    async place(order: NewOrder): Promise<PlacedOrder> {
      const { productId, userId } = order
      if (heldRows.size > 0 && heldRows.has(productId)) return wait(order, productId)
      if (heldRows.size > 0 && heldRows.has(userId)) return wait(order, userId)
      const placed = await main.push(order)
      return placed instanceof Held ? wait(order, placed.row) : placed
    },

    isFull: () => main.waiting >= maxQueue,

    /** How many orders wait for the next batch of either lane. */
    waiting: () => main.waiting + waiting.waiting,

    /** Takes no more orders; resolves when those taken are settled. */
    async close(): Promise<void> {
      await main.close()
      await waiting.close()
    },
  }
}
