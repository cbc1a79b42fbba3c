import { DatabaseBusy } from '../db/errors.js'
import { isStorageFailure } from '../db/storage-errors.js'
import { GroupCommit } from './group-commit.js'
import {
  countLines,
  isCheckout,
  type NewCheckout,
  type NewOrder,
  type PlacedCheckout,
  type PlacedOrder,
  type Placement,
  type Placing,
  rowsOf,
} from './new-order.js'
import { createPlaceOrders, type PlaceOrdersOptions } from './place-orders.js'
import { RowLocked, RowLockTimeout } from './row-locked.js'

export interface OrderQueueOptions extends PlaceOrdersOptions {
  /** Maximum number of orders in a transaction; those of a checkout stay together. */
  maxBatch: number
  /** Number of waiting orders at which no more are accepted. */
  maxQueue: number
  /** Called after each committed batch with its number of orders and the duration of the commit in seconds. */
  onBatch?(size: number, seconds: number): void
  /** Follows orders through the queue; nothing by default. */
  tracing?: QueueTracing | undefined
}

/** Follows orders and checkouts through the queue. */
export interface QueueTracing {
  /** Called for each before it queues. */
  queued(placement: Placement): void
  /** Called before a batch is committed. @returns a function called after it */
  committing(batch: readonly Placement[]): (error?: unknown) => void
}

type Commit = (batch: Placement[]) => Promise<Placing[]>

/** Returns `commit`, followed by `tracing` if there is one. */
function followed(commit: Commit, tracing: QueueTracing | undefined): Commit {
  if (!tracing) return commit
  return async (batch) => {
    const ended = tracing.committing(batch)
    try {
      const outcomes = await commit(batch)
      ended()
      return outcomes
    } catch (error) {
      ended(error)
      throw error
    }
  }
}

/** Maximum wait of an order for a row locked by another transaction. */
const PATIENCE_MS = 5_000

const heldRow = (outcome: Placing | undefined) =>
  outcome?.ok && outcome.value instanceof RowLocked ? outcome.value.row : undefined

const totalLines = (batch: Placement[]) => batch.reduce((sum, placement) => sum + countLines(placement), 0)

export type OrderQueue = ReturnType<typeof createOrderQueue>

/**
 * Queues orders and checkouts into batches, in two lanes. The main lane never waits for a row lock: if another transaction
 * holds a product or a user, the batch continues without what needs it. That moves to the waiting lane, as do later orders
 * of the same product, which would otherwise overtake it. (Orders already in the main lane by then may still be overtaken:
 * the order of arrival is kept only among those that come to the waiting lane directly.) The waiting lane waits for one row
 * at a time, for at most a second, and meanwhile picks up rows that became free.
 *
 * While it waits for one row it holds no other, so that a checkout delays no other product's orders. If other rows of a
 * checkout were held each time, it would starve: after the first such miss it waits once for all of its rows, in order.
 */
export function createOrderQueue(options: OrderQueueOptions) {
  const { db, maxBatch, maxQueue, onBatch, tracing } = options
  const placeOrders = createPlaceOrders(options)

  async function placeNow(batch: Placement[]): Promise<Placing[]> {
    const started = performance.now()
    const outcomes = await placeOrders(batch, { lane: 'main' })
    onBatch?.(totalLines(batch), (performance.now() - started) / 1000)
    return outcomes
  }

  let waitedFor: string | undefined
  /** Got the row that they waited for, but lacked another. */
  const missed = new Set<Placement>()

  /** Waits for the row of some of the batch, preferably another row than last time. */
  async function waitForOne(batch: Placement[], outcomes: Placing[]): Promise<Placing[]> {
    const rows = outcomes.flatMap((outcome) => heldRow(outcome) ?? [])
    const row = rows.find((candidate) => candidate !== waitedFor) ?? rows[0]
    waitedFor = row
    const mine = batch.filter((_, i) => heldRow(outcomes[i]) === row)
    const unlucky = mine.find((placement) => missed.delete(placement))
    const waiting = unlucky ? [unlucky] : mine
    const waitFor = new Set(unlucky ? rowsOf(unlucky) : rows.filter((candidate) => candidate === row))
    const placed = await placeOrders(waiting, { lane: 'waiting', waitFor }).catch((error) => {
      if (error instanceof RowLockTimeout) return undefined
      throw error
    })
    const byPlacement = new Map<Placement | undefined, Placing | undefined>(
      waiting.map((placement, i) => [placement, placed?.[i]]),
    )
    for (const [placement, outcome] of byPlacement)
      if (placement && heldRow(outcome) !== undefined) missed.add(placement)
    return outcomes.map((outcome, i) => byPlacement.get(batch[i]) ?? outcome)
  }

  async function placeWaiting(batch: Placement[]): Promise<Placing[]> {
    const started = performance.now()
    const [first] = batch
    const product = first && !isCheckout(first) ? first.productId : undefined
    // If all orders are for one product, typically one sold by several processes, there is nothing to try first.
    const alike =
      product !== undefined &&
      batch.every((placement) => !isCheckout(placement) && placement.productId === product)
    let outcomes: Placing[] = alike
      ? batch.map(() => ({ ok: true, value: new RowLocked(product) }))
      : await placeOrders(batch, { lane: 'waiting' })
    if (outcomes.every(heldRow)) outcomes = await waitForOne(batch, outcomes)
    if (!outcomes.every(heldRow)) onBatch?.(totalLines(batch), (performance.now() - started) / 1000)
    return outcomes
  }

  const lane = (commit: Commit) =>
    new GroupCommit<Placement, PlacedOrder | PlacedCheckout | RowLocked>({
      maxBatch,
      maxQueue,
      weigh: countLines,
      ownerOf: ({ userId }) => userId,
      commit: followed(commit, tracing),
      isOutage: (error) => error instanceof DatabaseBusy || isStorageFailure(error),
      overlap: db.dialect.remote,
    })
  const main = lane(placeNow)
  const waiting = lane(placeWaiting)
  /** Number of orders and checkouts waiting for each row. */
  const heldRows = new Map<string, number>()

  function count(row: string, change: number): void {
    const orders = (heldRows.get(row) ?? 0) + change
    if (orders > 0) heldRows.set(row, orders)
    else heldRows.delete(row)
  }

  /** @throws DatabaseBusy if the row stays locked for too long */
  async function wait(placement: Placement, first: string): Promise<PlacedOrder | PlacedCheckout> {
    const deadline = performance.now() + PATIENCE_MS
    let row = first
    try {
      for (;;) {
        count(row, 1)
        const placed = await waiting.push(placement).finally(() => count(row, -1))
        if (!(placed instanceof RowLocked)) return placed
        row = placed.row
        if (performance.now() > deadline)
          throw new DatabaseBusy(new RowLockTimeout(`another transaction holds the row ${row}`))
      }
    } finally {
      missed.delete(placement)
    }
  }

  /** @throws the refusal of this order or checkout; QueueFull, QueueClosed; or the failure of the commit */
  async function place(order: NewOrder): Promise<PlacedOrder>
  async function place(checkout: NewCheckout): Promise<PlacedCheckout>
  async function place(placement: Placement): Promise<PlacedOrder | PlacedCheckout> {
    tracing?.queued(placement)
    const known = heldRows.size > 0 ? rowsOf(placement).find((row) => heldRows.has(row)) : undefined
    if (known !== undefined) return wait(placement, known)
    const placed = await main.push(placement)
    return placed instanceof RowLocked ? wait(placement, placed.row) : placed
  }

  return {
    place,

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
