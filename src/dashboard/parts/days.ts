// Imports carry extensions: this file is unit-tested in Node.
const HOUR_MS = 60 * 60 * 1000
const DAY = /^\d{4}-\d\d-\d\d$/

/** A day of the person's calendar as YYYY-MM-DD. */
export function dayOf(time: Date): string {
  const two = (value: number) => String(value).padStart(2, '0')
  return `${String(time.getFullYear()).padStart(4, '0')}-${two(time.getMonth() + 1)}-${two(time.getDate())}`
}

/** Returns `text` if it is a day as YYYY-MM-DD, else ''. */
export const dayIn = (text: string | null): string =>
  text !== null && DAY.test(text) && !Number.isNaN(Date.parse(text)) ? text : ''

/** The beginning of a day of the person's calendar, `days` later, as the API takes it. */
export function startOf(day: string, days = 0): string {
  // By noons: days in which the clock changes are shorter or longer.
  const noon = new Date(`${day}T12:00`)
  const later = new Date(noon.getTime() + days * 24 * HOUR_MS)
  later.setHours(0, 0, 0, 0)
  return later.toISOString()
}
