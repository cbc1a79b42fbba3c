// Imports carry extensions: this file is unit-tested in Node.
import { serverNow } from '../../api/server-clock.js'
import { t } from '../../languages/orders.js'
import { dayOf, firstOfMonth, startOf } from '../../parts/days.js'

/** Periods relative to today, by their names in the address. */
export const presets = ['today', 'yesterday', '7d', '30d', 'month', 'last-month'] as const
export type Preset = (typeof presets)[number]

export const presetNames = (): Record<Preset, string> => ({
  today: t.today,
  yesterday: t.yesterday,
  '7d': t.last7Days,
  '30d': t.last30Days,
  month: t.thisMonth,
  'last-month': t.lastMonth,
})

/** A range of times as the API takes it: `to` is not in it. */
export interface TimeRange {
  from?: string
  to?: string
}

/** The times of a preset. @param now of the person's calendar */
export function rangeOf(preset: Preset, now = new Date(serverNow())): TimeRange {
  const today = dayOf(now)
  const month = (months: number) => startOf(firstOfMonth(today, months))
  if (preset === 'today') return { from: startOf(today) }
  if (preset === 'yesterday') return { from: startOf(today, -1), to: startOf(today) }
  if (preset === '7d') return { from: startOf(today, -6) }
  if (preset === '30d') return { from: startOf(today, -29) }
  if (preset === 'month') return { from: month(0) }
  return { from: month(-1), to: month(0) }
}

/** The times of the days from `from` to `to`, both included; '' for an open end. */
export const rangeOfDays = (from: string, to: string): TimeRange => ({
  ...(from && { from: startOf(from) }),
  ...(to && { to: startOf(to, 1) }),
})
