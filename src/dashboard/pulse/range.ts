// Imports carry extensions: this file is unit-tested in Node.
import { dayOf, firstOfMonth, startOf } from '../parts/days.js'

/** The ranges of the figures besides the last hour. */
export const rangeNames = ['day', 'week', 'month'] as const
export type RangeName = (typeof rangeNames)[number]

/** A range of the person's calendar from its begin to now, and the begin of the one before. Times as the API takes them. */
export interface Range {
  from: string
  to: string
  before: string
  /** The start times of its bars, hours or days; the last one is current. */
  bars: number[]
}

const HOUR_MS = 60 * 60_000
const QUARTER_MS = 15 * 60_000

/**
 * @param now of the person's calendar
 * @param firstDay of the week, 1 for Monday to 7 for Sunday
 */
export function rangeOf(name: RangeName, now: Date, firstDay = 1): Range {
  const to = new Date(Math.ceil((now.getTime() + 1) / QUARTER_MS) * QUARTER_MS).toISOString()
  const today = dayOf(now)
  if (name === 'day') {
    const from = startOf(today)
    const start = Date.parse(from)
    const hours = Math.floor((now.getTime() - start) / HOUR_MS) + 1
    const bars = Array.from({ length: hours }, (_, i) => start + i * HOUR_MS)
    return { from, to, before: startOf(today, -1), bars }
  }
  const days = name === 'week' ? (new Date(today).getUTCDay() - firstDay + 7) % 7 : Number(today.slice(8)) - 1
  const bars = Array.from({ length: days + 1 }, (_, i) => Date.parse(startOf(today, i - days)))
  const before = name === 'week' ? startOf(today, -days - 7) : startOf(firstOfMonth(today, -1))
  return { from: startOf(today, -days), to, before, bars }
}

interface Sum {
  orders: number
  takings: number
}

/** Sums up hours by bar: an hour belongs to the bar of its beginning. */
export function barsOf(hours: (Sum & { at: string })[], bars: number[]): (Sum & { at: number })[] {
  const sums = bars.map((at) => ({ at, orders: 0, thousandths: 0 }))
  for (const { at, orders, takings } of hours) {
    const place = bars.findLastIndex((begin) => begin <= Date.parse(at))
    const sum = sums[Math.max(0, place)]
    if (!sum) continue
    sum.orders += orders
    // In whole thousandths, so sums are exact in any currency.
    sum.thousandths += Math.round(takings * 1_000)
  }
  return sums.map(({ at, orders, thousandths }) => ({ at, orders, takings: thousandths / 1_000 }))
}
