import { signal } from '@preact/signals'

const locale = document.documentElement.lang

/** What amounts are in (ISO 4217), as the server's settings say. */
export const currency = signal('USD')

const moneyFormats = new Map<string, Intl.NumberFormat>()

/** An amount in the shop's currency: $1,234.50. */
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

/** The time of day for today, with the date for before. */
export function when(iso: string): string {
  const time = new Date(iso)
  const today = new Date().toDateString() === time.toDateString()
  return (today ? timeOfDay : dayAndTime).format(time)
}

/** "1 order", "3 orders". */
export const counted = (n: number, one: string, many = `${one}s`): string =>
  `${count(n)} ${n === 1 ? one : many}`

/** The part of an id that people can tell apart, since ids begin with their time. */
export const shortId = (id: string): string => id.slice(-8).toUpperCase()
