// Imports carry extensions: this file is unit-tested in Node.
import { dayOf, startOf } from '../../parts/days.js'

/** Periods relative to today, by their names in the address. */
export const presets = ['today', 'yesterday', '7d', '30d', 'month', 'last-month'] as const
export type Preset = (typeof presets)[number]

export const presetNames: Record<Preset, string> = {
  today: 'Today',
  yesterday: 'Yesterday',
  '7d': 'Last 7 days',
  '30d': 'Last 30 days',
  month: 'This month',
  'last-month': 'Last month',
}

/** A range of times as the API takes it: `to` is not in it. */
export interface TimeRange {
  from?: string
  to?: string
}

/** The times of a preset. @param now of the person's calendar */
export function rangeOf(preset: Preset, now = new Date()): TimeRange {
  const today = dayOf(now)
  const firstOfMonth = (months: number) =>
    startOf(dayOf(new Date(now.getFullYear(), now.getMonth() + months, 1, 12)))
  if (preset === 'today') return { from: startOf(today) }
  if (preset === 'yesterday') return { from: startOf(today, -1), to: startOf(today) }
  if (preset === '7d') return { from: startOf(today, -6) }
  if (preset === '30d') return { from: startOf(today, -29) }
  if (preset === 'month') return { from: firstOfMonth(0) }
  return { from: firstOfMonth(-1), to: firstOfMonth(0) }
}

/** The times of the days from `from` to `to`, both included; '' for an open end. */
export const rangeOfDays = (from: string, to: string): TimeRange => ({
  ...(from && { from: startOf(from) }),
  ...(to && { to: startOf(to, 1) }),
})
