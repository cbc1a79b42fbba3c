import { computed, signal } from '@preact/signals'
import type { AnyEvent } from '../../client/index'
import { orderGrowth } from '../../contract/order-growth'
import type { PulseFigures } from '../../contract/pulse'
import { call } from '../api/call'
import type { RetryOptions } from '../api/retry'
import { serverNow } from '../api/server-clock'
import { currency, decimals } from '../formats'
import { connection, onEvents } from '../live/stream'
import { dayOf, startOf } from '../parts/days'

export const MINUTE_MS = 60_000
export const MINUTES_SHOWN = 60

/** Change of one minute's orders and takings by one batch of events; in thousandths, so sums are exact in any currency. */
interface Delta {
  offset: number
  minute: number
  orders: number
  thousandths: number
}

export interface Minute {
  /** Start of the minute, in milliseconds since the Unix epoch. */
  at: number
  orders: number
  takings: number
}

const answer = signal<PulseFigures | undefined>(undefined)
/** Why the figures could not be loaded the last time. */
export const pulseFailure = signal<unknown>(undefined)
const deltas = signal<Delta[]>([])
const now = signal(serverNow())

const toThousandths = (amount: number) => Math.round(amount * 1_000)
const minuteOf = (time: string | number) => Math.floor(new Date(time).getTime() / MINUTE_MS)

export const lowStock = computed(() => answer.value?.lowStock)
export const lowThreshold = computed(() => answer.value?.lowStock.threshold ?? 10)
export const relayLag = computed(() => answer.value?.relayLag)

/** Today's orders and takings: the server's figures plus the events since. */
export const today = computed(() => {
  if (!answer.value) return undefined
  let { orders } = answer.value.today
  let thousandths = toThousandths(answer.value.today.takings)
  const begin = minuteOf(answer.value.today.since)
  for (const delta of deltas.value) {
    if (delta.minute < begin) continue
    orders += delta.orders
    thousandths += delta.thousandths
  }
  return { orders, takings: thousandths / 1_000 }
})

/** The last hour by minute, the current one last. */
export const lastHour = computed<Minute[]>(() => {
  const last = minuteOf(now.value)
  const first = last - MINUTES_SHOWN + 1
  const minutes = Array.from({ length: MINUTES_SHOWN }, (_, i) => ({
    orders: 0,
    thousandths: 0,
    minute: first + i,
  }))
  const add = (minute: number, orders: number, thousandths: number) => {
    const bucket = minutes[minute - first]
    if (!bucket) return
    bucket.orders += orders
    bucket.thousandths += thousandths
  }
  for (const { at, orders, takings } of answer.value?.minutes ?? [])
    add(minuteOf(at), orders, toThousandths(takings))
  for (const { minute, orders, thousandths } of deltas.value) add(minute, orders, thousandths)
  return minutes.map(({ minute, orders, thousandths }) => ({
    at: minute * MINUTE_MS,
    orders,
    takings: thousandths / 1_000,
  }))
})

/** Asks the server for the figures, keeping the deltas of later events. @throws Refused, Unreachable */
async function load(retryOptions?: RetryOptions): Promise<void> {
  const midnight = startOf(dayOf(new Date(serverNow())))
  const { body } = await call<PulseFigures>(
    'GET',
    `/pulse?since=${encodeURIComponent(midnight)}`,
    retryOptions,
  )
  answer.value = body
  now.value = serverNow()
  deltas.value = deltas.value.filter(({ offset }) => offset > body.offset)
  currency.value = body.currency
  decimals.value = body.decimals
}

function take(events: AnyEvent[]): void {
  const grown = new Map<number, Delta>()
  for (const event of events) {
    const { offset, data } = event
    const grows = orderGrowth(event)
    if (grows === 0 || !('totalPrice' in data)) continue
    const minute = minuteOf(data.createdAt)
    const delta = grown.get(minute) ?? { offset, minute, orders: 0, thousandths: 0 }
    delta.offset = offset
    delta.orders += grows
    delta.thousandths += grows * toThousandths(data.totalPrice)
    grown.set(minute, delta)
  }
  if (grown.size > 0) deltas.value = [...deltas.value, ...grown.values()]
}

const TICK_MS = 1_000
const POLL_INTERVAL_MS = 15_000

let inFlight = false

/** Loads the figures, unless that is under way. */
export async function loadPulse(retryOptions?: RetryOptions): Promise<void> {
  if (inFlight) return
  inFlight = true
  try {
    await load(retryOptions)
    pulseFailure.value = undefined
  } catch (error) {
    if (!retryOptions?.signal?.aborted) pulseFailure.value = error
  } finally {
    inFlight = false
  }
}

/** Keeps the figures current until the returned function is called. */
export function trackPulse(): () => void {
  const controller = new AbortController()
  const poll = () => void loadPulse({ signal: controller.signal })
  poll()
  const polls = setInterval(() => connection.value === 'live' && poll(), POLL_INTERVAL_MS)
  const ticks = setInterval(() => {
    now.value = serverNow()
  }, TICK_MS)
  const stopListening = onEvents(take)
  return () => {
    controller.abort()
    clearInterval(polls)
    clearInterval(ticks)
    stopListening()
  }
}
