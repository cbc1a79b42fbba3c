import type { SalesFigures, SalesSum } from '../contract/sales.js'
import type { Db } from '../db/db.js'
import { invalidRequest } from '../errors.js'
import { SingleFlight } from '../single-flight.js'
import { dayOf, SLOT_MS, slotOf } from './tally.js'

const HOUR_SLOTS = 4
/** The longest range: a month, with a day to spare. */
const MAX_MS = 32 * 24 * 60 * 60_000
/** Rows read per step: some milliseconds with SQLite. */
const STEP_ROWS = 5_000
const BEST_SHOWN = 10
/** Best sellers of a long range are recomputed at most once in this time. */
const BEST_KEPT_MS = 30_000
const MAX_KEPT = 50

export interface SalesQuery {
  /** RFC 3339. */
  from: string
  /** The end, which is not in the range. */
  to: string
  /** Begin of the range to compare with, which is as long. */
  before: string
}

interface Sold {
  units: number
  takings: number
}

/** Reports the sales of a range and of the one to compare with. */
export function createSales(db: Db) {
  const { fromMinor } = db.money
  const kept = new Map<string, { at: number; best: [string, Sold][] }>()
  const lookups = new SingleFlight<[string, Sold][]>()

  const slotsIn = (from: number, to: number) =>
    db.read.salesSlot.findMany({
      where: { slot: { gte: from, lt: to }, orders: { gt: 0 } },
      orderBy: { slot: 'asc' },
    })

  async function sumOf(from: number, to: number): Promise<{ sum: SalesSum; hours: SalesFigures['hours'] }> {
    const hours = new Map<number, { orders: number; takings: number }>()
    const all = { orders: 0, takings: 0 }
    for (const { slot, orders, takings } of await slotsIn(from, to)) {
      const start = from + Math.floor((slot - from) / HOUR_SLOTS) * HOUR_SLOTS
      const hour = hours.get(start) ?? { orders: 0, takings: 0 }
      for (const each of [hour, all]) {
        each.orders += orders
        each.takings += Number(takings)
      }
      hours.set(start, hour)
    }
    const timed = [...hours].map(([slot, { orders, takings }]) => ({
      at: new Date(slot * SLOT_MS).toISOString(),
      orders,
      takings: fromMinor(takings),
    }))
    return { sum: { orders: all.orders, takings: fromMinor(all.takings) }, hours: timed }
  }

  /** Sums up the sales from one day to another, both included, in short steps. */
  async function bestOf(first: number, last: number): Promise<[string, Sold][]> {
    const sold = new Map<string, Sold>()
    for (let day = first; day <= last; day++)
      for (let after = ''; ; ) {
        const where = { day, productId: { gt: after } }
        const rows = await db.steps.step(() =>
          db.read.salesDay.findMany({ where, orderBy: { productId: 'asc' }, take: STEP_ROWS }),
        )
        for (const { productId, units, takings } of rows) {
          const sum = sold.get(productId) ?? { units: 0, takings: 0 }
          sum.units += Number(units)
          sum.takings += Number(takings)
          sold.set(productId, sum)
        }
        const end = rows.at(-1)
        if (!end || rows.length < STEP_ROWS) break
        after = end.productId
      }
    return [...sold]
      .filter(([, { units }]) => units > 0)
      .sort(
        ([a, one], [b, other]) => other.units - one.units || other.takings - one.takings || (a < b ? -1 : 1),
      )
      .slice(0, BEST_SHOWN)
  }

  async function keptBest(first: number, last: number): Promise<[string, Sold][]> {
    const key = `${first} ${last}`
    const known = kept.get(key)
    if (known && performance.now() - known.at < BEST_KEPT_MS) return known.best
    return lookups.run(key, async () => {
      const best = await bestOf(first, last)
      kept.delete(key)
      kept.set(key, { at: performance.now(), best })
      const oldest = kept.keys().next().value
      if (kept.size > MAX_KEPT && oldest !== undefined) kept.delete(oldest)
      return best
    })
  }

  return {
    /**
     * Returns the sales of a range of at most 32 days, by its hours, beside the sums of another range of the same length and
     * the best sellers of its days (UTC). Cancelled orders are left out; quarters of an hour are not divided. An earlier
     * range ends where this one begins, at the latest.
     * @throws Problem invalidRequest for an empty range, or one too long
     */
    async read(query: SalesQuery): Promise<SalesFigures> {
      const [from, to, before] = [query.from, query.to, query.before].map((time) => Date.parse(time)) as [
        number,
        number,
        number,
      ]
      if (!(to > from && to - from <= MAX_MS))
        throw invalidRequest([{ path: 'to', message: 'must be after from, and at most 32 days after it' }])
      if (Number.isNaN(before)) throw invalidRequest([{ path: 'before', message: 'must be a time' }])
      const [first, end] = [slotOf(from), slotOf(to - 1) + 1]
      const begin = slotOf(before)
      const progress = await db.read.salesProgress.findUniqueOrThrow({ where: { id: 1 } })
      const [now, then, best] = await Promise.all([
        sumOf(first, end),
        // Less long, if it would reach into the range itself: February has no 30 days.
        sumOf(begin, begin < first ? Math.min(begin + end - first, first) : begin + end - first),
        keptBest(dayOf(from), dayOf(to - 1)),
      ])
      const ids = best.map(([id]) => id)
      // For no ids, SQLite would read the whole table.
      const products =
        ids.length === 0
          ? []
          : await db.read.product.findMany({ where: { id: { in: ids } }, select: { id: true, name: true } })
      const names = new Map(products.map(({ id, name }) => [id, name]))
      return {
        offset: Number(progress.position),
        isComplete: progress.epoch !== '' && progress.built === '~',
        ...now.sum,
        hours: now.hours,
        before: then.sum,
        best: best.map(([id, { units, takings }]) => ({
          id,
          name: names.get(id) ?? '',
          units,
          takings: fromMinor(takings),
        })),
      }
    },
  }
}
