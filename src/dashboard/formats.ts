import { signal } from '@preact/signals'
import { serverNow } from './api/server-clock'
import { hourCycle, locale, zone } from './languages/choice'
import { dayOf } from './parts/days'

/** Currency of all amounts (ISO 4217), from the server's settings. */
export const currency = signal('USD')
/** Decimals of all amounts, from the server. */
export const decimals = signal(2)

const moneyFormats = new Map<string, Intl.NumberFormat>()

/** Formats an amount in the shop's currency: $1,234.50. */
export function money(amount: number): string {
  const [code, digits] = [currency.value, decimals.value]
  const key = `${code} ${digits}`
  let format = moneyFormats.get(key)
  if (!format) {
    format = new Intl.NumberFormat(locale, {
      style: 'currency',
      currency: code,
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    })
    moneyFormats.set(key, format)
  }
  return format.format(amount)
}

/** An amount as it is typed into a field: 1234.50. */
export const amountText = (amount: number): string =>
  new Intl.NumberFormat(locale, {
    useGrouping: false,
    minimumFractionDigits: decimals.value,
    maximumFractionDigits: decimals.value,
  }).format(amount)

const plain = new Intl.NumberFormat(locale)
const short = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 })
const signed = new Intl.NumberFormat(locale, { signDisplay: 'exceptZero' })
const timeOfDay = new Intl.DateTimeFormat(locale, { timeStyle: 'medium', hourCycle, timeZone: zone })
const hourMinute = new Intl.DateTimeFormat(locale, { timeStyle: 'short', hourCycle, timeZone: zone })
const dayAndTime = new Intl.DateTimeFormat(locale, {
  month: 'short',
  day: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
  hourCycle,
  timeZone: zone,
})
const percent = new Intl.NumberFormat(locale, {
  style: 'percent',
  signDisplay: 'exceptZero',
  maximumFractionDigits: 0,
})
const dayOfWeek = new Intl.DateTimeFormat(locale, { weekday: 'short', day: 'numeric', timeZone: zone })
const dayOfMonth = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric', timeZone: zone })
const dateOnly = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: zone })
const calendarDay = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' })
const whole = new Intl.DateTimeFormat(locale, {
  dateStyle: 'medium',
  timeStyle: 'medium',
  hourCycle,
  timeZone: zone,
})

export const count = (value: number): string => plain.format(value)
/** 1.2K, 3.4M. */
export const compact = (value: number): string => short.format(value)
/** +3, -2, 0. */
export const change = (value: number): string => signed.format(value)
/** +12 %, −3 %. @param part 0.12 for 12 % */
export const percentChange = (part: number): string => percent.format(part)
/** Mon 23. */
export const weekday = (time: number): string => dayOfWeek.format(time)
/** Nov 23. */
export const monthDay = (time: number): string => dayOfMonth.format(time)
export const clock = (time: number): string => hourMinute.format(time)
/** A day of the calendar. @param day YYYY-MM-DD */
export const dayText = (day: string): string => calendarDay.format(new Date(`${day}T12:00Z`))
export const fullTime = (iso: string): string => whole.format(new Date(iso))

/** Formats a time: time of day if today, else with the date, and with the year if it is another. */
export function when(iso: string): string {
  const time = new Date(iso)
  const now = new Date(serverNow())
  const [today, day] = [dayOf(now), dayOf(time)]
  if (today === day) return timeOfDay.format(time)
  return (today.slice(0, 4) === day.slice(0, 4) ? dayAndTime : dateOnly).format(time)
}

/** Time left: 59:07, or 23:59:07 from an hour on. */
export function timeLeft(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1_000))
  const two = (value: number) => String(value).padStart(2, '0')
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60)]
  return `${hours > 0 ? `${hours}:${two(minutes)}` : minutes}:${two(seconds % 60)}`
}

/** Returns the random end of an id, which people can tell apart: a UUIDv7 begins with its timestamp. */
export const shortId = (id: string): string => id.slice(-8).toUpperCase()
