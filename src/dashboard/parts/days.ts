// Imports carry extensions: this file is unit-tested in Node.
import { zone } from '../languages/choice.js'

const HOUR_MS = 60 * 60 * 1000
const DAY = /^\d{4}-\d\d-\d\d$/

const inZone =
  zone === undefined
    ? undefined
    : new Intl.DateTimeFormat('en', {
        timeZone: zone,
        calendar: 'iso8601',
        hourCycle: 'h23',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
      })

/** What the person's clock shows at `time`, as the milliseconds of that time in UTC. */
function clockAt(time: number): number {
  if (!inZone) return time - new Date(time).getTimezoneOffset() * 60_000
  const shown: Record<string, number> = {}
  for (const { type, value } of inZone.formatToParts(time)) shown[type] = Number(value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = shown
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

/** A day of the person's calendar as YYYY-MM-DD. */
export const dayOf = (time: Date): string => new Date(clockAt(time.getTime())).toISOString().slice(0, 10)

/** The day of the calendar `days` after `day`, both as YYYY-MM-DD. */
export const dayAfter = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * 24 * HOUR_MS).toISOString().slice(0, 10)

/** The first of the month `months` after that of `day`, both as YYYY-MM-DD. */
export const firstOfMonth = (day: string, months: number): string =>
  new Date(Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)) - 1 + months)).toISOString().slice(0, 10)

/** Returns `text` if it is a day as YYYY-MM-DD, else ''. */
export const dayIn = (text: string | null): string =>
  text !== null && DAY.test(text) && !Number.isNaN(Date.parse(text)) ? text : ''

/** The beginning of a day of the person's calendar, `days` later, as the API takes it. */
export function startOf(day: string, days = 0): string {
  const midnight = Date.parse(dayAfter(day, days))
  // The clock may change between the guess and the beginning: its offset is asked again there. Where it skips midnight,
  // the day begins at the later of both.
  const guess = midnight - (clockAt(midnight) - midnight)
  const again = midnight - (clockAt(guess) - guess)
  return new Date(clockAt(again) < midnight ? Math.max(guess, again) : again).toISOString()
}
