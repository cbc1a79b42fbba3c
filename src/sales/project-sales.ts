import type { AnyEvent } from '../contract/events.js'
import { orderGrowth } from '../contract/order-growth.js'
import type { Db } from '../db/db.js'
import type { Tx } from '../db/transaction.js'
import type { EventLog } from '../stream/log.js'
import { RecentSales, soldOrder } from './recent-sales.js'
import { Tally } from './tally.js'

/** Sorts after every id. */
const EVERY_ID = '~'
const EVENTS = 500
const PRODUCTS = 1_000
const ORDERS = 500
const CLEARED = 2_000
/** Pause after a step, in multiples of its duration: at most a fiftieth of the thread while orders are placed. */
const PAUSES_BUSY = 49
/** So many events behind, or orders in memory, the pauses are shorter, lest it never catch up. */
const BEHIND = 5_000
const MANY = 25_000
const PAUSES_BEHIND = 4
const PAUSES_IDLE = 1

type Progress = Awaited<ReturnType<typeof progressOf>>

const progressOf = (reader: Db['read'] | Tx) => reader.salesProgress.findUniqueOrThrow({ where: { id: 1 } })

/**
 * Keeps the figures of sales behind the log: a batch of events and the position after it in one transaction, so each
 * counts once, on whichever node. If the log has lost the missing events, or is another one, the figures are rebuilt
 * from the orders.
 */
export class SalesProjector {
  readonly #db: Db
  readonly #log: Pick<EventLog, 'read' | 'epoch'>
  #isBehind = false
  /** The events that the relay delivers: without them, they are read from the log. */
  readonly recent: RecentSales

  constructor(db: Db, log: Pick<EventLog, 'read' | 'epoch'>) {
    this.#db = db
    this.#log = log
    this.recent = new RecentSales(db.money)
  }

  /**
   * Does one short step.
   * @param isBusy whether orders are being placed
   * @returns the pause before the next step in milliseconds; undefined if nothing is left
   */
  async step(isBusy: boolean): Promise<number | undefined> {
    const start = performance.now()
    const isMore = await this.#advance()
    if (!isMore) return undefined
    const pauses = this.#isBehind ? PAUSES_BEHIND : PAUSES_BUSY
    return (performance.now() - start) * (isBusy ? pauses : PAUSES_IDLE)
  }

  /** @returns whether there is more to do */
  async #advance(): Promise<boolean> {
    const { read } = this.#db
    const progress = await progressOf(read)
    if (progress.epoch === '') return this.#clear()
    if (progress.built !== EVERY_ID) return this.#build()
    const counter = await read.eventCounter.findUniqueOrThrow({ where: { id: 1 } })
    const { position } = progress
    if (counter.epoch !== progress.epoch || counter.lastOffset < position) return this.#beginAnew(progress)
    this.#isBehind = false
    if (counter.lastOffset === position) return false
    const isSameLog = this.#log.epoch() === counter.epoch
    const recent = isSameLog ? this.recent.since(Number(position), PRODUCTS) : undefined
    if (recent) {
      this.#isBehind = this.recent.size > MANY
      await this.#db.write(async (tx) => {
        if (await this.#move(tx, progress, { position: BigInt(recent.to) }))
          await recent.tally.write(tx, this.#db.dialect)
      })
      return true
    }
    this.#isBehind = counter.lastOffset - position > BEHIND
    const events = await this.#log.read(Number(position), EVENTS)
    if (events[0]?.offset !== Number(position) + 1) return this.#beginAnew(progress)
    await this.#db.write(async (tx) => {
      const to = BigInt(events.at(-1)?.offset ?? 0)
      if (await this.#move(tx, progress, { position: to })) await this.#count(tx, events, EVERY_ID)
    })
    return true
  }

  /** Moves the progress on, unless another node has. @returns whether this one did */
  async #move(tx: Tx, from: Progress, to: Partial<Progress>): Promise<boolean> {
    const { count } = await tx.salesProgress.updateMany({ where: from, data: to })
    return count === 1
  }

  /** Adds the events about orders with an id up to `built`: the others are not in the figures. */
  async #count(tx: Tx, events: AnyEvent[], built: string): Promise<void> {
    const tally = new Tally()
    for (const event of events) {
      const growth = orderGrowth(event)
      if (growth === 0 || !('totalPrice' in event.data) || event.data.id > built) continue
      tally.add(soldOrder(event.data, this.#db.money), growth)
    }
    await tally.write(tx, this.#db.dialect)
  }

  async #beginAnew(progress: Progress): Promise<boolean> {
    await this.#db.write((tx) => this.#move(tx, progress, { epoch: '', position: 0n, built: '' }))
    return true
  }

  /** Deletes some of the figures, and begins to build them once none is left. */
  async #clear(): Promise<boolean> {
    const { read } = this.#db
    const slots = await read.salesSlot.findMany({ take: CLEARED, select: { slot: true } })
    const days = await read.salesDay.findMany({ take: CLEARED, select: { day: true, productId: true } })
    await this.#db.write(async (tx) => {
      // The lock of the row: nobody has begun to build.
      const { count } = await tx.salesProgress.updateMany({
        where: { id: 1, epoch: '' },
        data: { built: '' },
      })
      if (count === 0) return
      if (slots.length > 0)
        await tx.salesSlot.deleteMany({ where: { slot: { in: slots.map(({ slot }) => slot) } } })
      for (const day of new Set(days.map((row) => row.day))) {
        const ids = days.filter((row) => row.day === day).map(({ productId }) => productId)
        await tx.salesDay.deleteMany({ where: { day, productId: { in: ids } } })
      }
      if (slots.length + days.length > 0) return
      const { epoch, lastOffset } = await tx.eventCounter.findUniqueOrThrow({ where: { id: 1 } })
      await tx.salesProgress.update({ where: { id: 1 }, data: { epoch, position: lastOffset } })
    })
    return true
  }

  /**
   * Counts the next orders of the table by their status, while nobody can commit: all events so far are applied then, and each
   * later one about a counted order is yet to come.
   */
  async #build(): Promise<boolean> {
    await this.#db.write(async (tx) => {
      await tx.$executeRawUnsafe('UPDATE event_counter SET last_offset = last_offset WHERE id = 1')
      const counter = await tx.eventCounter.findUniqueOrThrow({ where: { id: 1 } })
      const progress = await progressOf(tx)
      const { epoch, position, built } = progress
      if (epoch === '' || built === EVERY_ID) return
      if (epoch !== counter.epoch) return void (await this.#move(tx, progress, { epoch: '' }))
      if (position < counter.lastOffset) {
        const events = await this.#eventsIn(tx, position)
        if (events[0]?.offset !== Number(position) + 1)
          return void (await this.#move(tx, progress, { epoch: '' }))
        await this.#count(tx, events, built)
        await this.#move(tx, progress, { position: BigInt(events.at(-1)?.offset ?? 0) })
        return
      }
      const select = {
        id: true,
        productId: true,
        quantity: true,
        totalPrice: true,
        status: true,
        createdAt: true,
      }
      const where = { id: { gt: built } }
      const orders = await tx.order.findMany({ where, orderBy: { id: 'asc' }, take: ORDERS, select })
      const tally = new Tally()
      for (const { productId, quantity, totalPrice, status, createdAt } of orders)
        if (status !== 'cancelled')
          tally.add({ productId, quantity, totalPrice: Number(totalPrice), at: createdAt.getTime() }, 1)
      await tally.write(tx, this.#db.dialect)
      const last = orders.length < ORDERS ? EVERY_ID : orders.at(-1)?.id
      await this.#move(tx, progress, { built: last ?? EVERY_ID })
    })
    return true
  }

  /** The next events, read in the transaction that keeps others from committing. */
  async #eventsIn(tx: Tx, position: bigint): Promise<AnyEvent[]> {
    const where = { offset: { gt: position } }
    const rows = await tx.event.findMany({ where, orderBy: { offset: 'asc' }, take: EVENTS })
    return rows.map(
      ({ offset, type, data, createdAt }) =>
        ({
          offset: Number(offset),
          type,
          createdAt: createdAt.toISOString(),
          data: JSON.parse(data),
        }) as AnyEvent,
    )
  }
}
