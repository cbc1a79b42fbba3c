import { signal } from '@preact/signals'

const locale = document.documentElement.lang

/** Currency of all amounts (ISO 4217), from the server's settings. */
export const currency = signal('USD')

const moneyFormats = new Map<string, Intl.NumberFormat>()

/** Formats an amount in the shop's currency: $1,234.50. */
export function money(amount: number): string {
  const code = currency.value
  let format = moneyFormats.get(code)
  if (!format) {
    format = new Intl.NumberFormat(locale, { style: 'currency', currency: code, minimumFractionDigits: 2 })
    moneyFormats.set(code, format)
  }
  return format.format(amount)
}

const plain = new Intl.NumberFormat(locale)
const short = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 })
const signed = new Intl.NumberFormat(locale, { signDisplay: 'exceptZero' })
const timeOfDay = new Intl.DateTimeFormat(locale, { timeStyle: 'medium' })
const hourMinute = new Intl.DateTimeFormat(locale, { timeStyle: 'short' })
const dayAndTime = new Intl.DateTimeFormat(locale, {
  month: 'short',
  day: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
})
const whole = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' })

export const count = (value: number): string => plain.format(value)
/** 1.2K, 3.4M. */
export const compact = (value: number): string => short.format(value)
/** +3, -2, 0. */
export const change = (value: number): string => signed.format(value)
export const clock = (time: number): string => hourMinute.format(time)
export const fullTime = (iso: string): string => whole.format(new Date(iso))

/** Formats a time: time of day if today, else with the date. */
export function when(iso: string): string {
  const time = new Date(iso)
  const today = new Date().toDateString() === time.toDateString()
  return (today ? timeOfDay : dayAndTime).format(time)
}

/** "1 order", "3 orders". */
export const counted = (n: number, one: string, many = `${one}s`): string =>
  `${count(n)} ${n === 1 ? one : many}`

/** Returns the random end of an id, which people can tell apart: a UUIDv7 begins with its timestamp. */
export const shortId = (id: string): string => id.slice(-8).toUpperCase()
