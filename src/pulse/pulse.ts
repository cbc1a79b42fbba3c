import type { AnyEvent } from '../contract/events.js'
import type { PulseFigures } from '../contract/pulse.js'
import type { Db } from '../db/db.js'
import { invalidRequest } from '../errors.js'
import { currentTime } from '../ids.js'
import type { EventLog } from '../stream/log.js'
import type { Relay } from '../stream/relay.js'
import { LowStock } from './low-stock.js'
import { MINUTE_MS, Takings } from './takings.js'

const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const LONGEST_DAY_MS = 25 * HOUR_MS // the one on which clocks are set back
/** The longest day and the hour of the chart. */
const TAKINGS_KEPT_MS = LONGEST_DAY_MS + HOUR_MS
/** Products running low that are listed by default. */
export const LOWEST_SHOWN = 8

export interface PulseOptions {
  db: Db
  eventLog: Pick<EventLog, 'head'>
  relay: Pick<Relay, 'position'>
  /** Stock at or below which a product runs low. */
  lowStockThreshold: number
}

/** Returns the start of the day, 24 hours ago by default. @throws Problem invalidRequest for a day out of range */
function startOfDay(since: string | undefined, now: number): number {
  if (since === undefined) return now - DAY_MS
  const start = Date.parse(since)
  // A leap second is a valid date-time in JSON Schema and an invalid Date.
  if (!(start >= now - LONGEST_DAY_MS && start <= now))
    throw invalidRequest([{ path: 'since', message: 'must be within the last 25 hours' }])
  return start
}

/** Reports how the shop is doing: takings, products running low, and the lag of the live events. */
export function createPulse({ db, eventLog, relay, lowStockThreshold }: PulseOptions) {
  const { currency, decimals, fromMinor } = db.money
  const takings = new Takings(db, TAKINGS_KEPT_MS)
  const lowStock = new LowStock(db, lowStockThreshold)

  return {
    /**
     * Returns the figures of a day and of the last hour.
     * @param since start of the day (RFC 3339), at most 25 hours ago; 24 hours ago by default
     * @param shown most products running low to list, those with the least stock first
     * @throws Problem invalidRequest for another time
     */
    async read(since?: string, shown = LOWEST_SHOWN): Promise<PulseFigures> {
      const now = Date.now()
      const start = startOfDay(since, now)
      const hourAgo = now - HOUR_MS
      const offset = relay.position
      const [minutes, low, head] = await Promise.all([
        // Ids may be ahead of a clock that was set back.
        takings.between(Math.min(start, hourAgo), currentTime()),
        lowStock.lowest(shown),
        eventLog.head(),
      ])
      const today = { orders: 0, takings: 0 }
      for (const [at, sum] of minutes) {
        if (at < start) continue
        today.orders += sum.orders
        today.takings += sum.takings
      }
      return {
        offset,
        today: {
          since: new Date(start).toISOString(),
          orders: today.orders,
          takings: fromMinor(today.takings),
        },
        minutes: [...minutes]
          .filter(([at]) => at >= hourAgo)
          .map(([at, sum]) => ({
            at: new Date(at).toISOString(),
            orders: sum.orders,
            takings: fromMinor(sum.takings),
          })),
        lowStock: { threshold: lowStockThreshold, ...low },
        relayLag: Math.max(0, head - relay.position),
        currency,
        decimals,
      }
    },

    /** Applies events in order; later reads see them. */
    applyEvents(events: AnyEvent[]): void {
      takings.note(events)
      lowStock.note(events)
    },

    /** Clears the figures: events were missed. */
    forgetAll(): void {
      takings.forgetAll()
      lowStock.forgetAll()
    },
  }
}
