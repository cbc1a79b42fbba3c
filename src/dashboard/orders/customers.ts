import { type ReadonlySignal, type Signal, signal } from '@preact/signals'
import type { OrderView } from '../../contract/order'
import { call } from '../api/call'
import type { CustomerView, ListedOrder } from './listed-order'

const MAX_KNOWN = 20_000
// A row waits this long for its customer at most; all rows on screen share one request.
const INTERVAL_MS = 2_000
const FIRST_MS = 100
const RETRY_MS = 15_000
const MAX_WANTED = 200

const known = new Map<string, Signal<CustomerView | undefined>>()
/** The newest order of each customer to look up. */
let wanted = new Map<string, { order: OrderView; list: string }>()
let timer: ReturnType<typeof setTimeout> | undefined
let nextAt = 0

function entryOf(id: string): Signal<CustomerView | undefined> {
  let entry = known.get(id)
  if (!entry) {
    const oldest = known.keys().next().value
    if (known.size >= MAX_KNOWN && oldest !== undefined) known.delete(oldest)
    entry = signal(undefined)
    known.set(id, entry)
  }
  return entry
}

/** Caches the customers of a page with `expand=customer`. */
export function cacheCustomers(orders: ListedOrder[]): void {
  for (const { customer } of orders) {
    if (!customer) continue
    const entry = entryOf(customer.id)
    if (entry.peek()?.name !== customer.name || entry.peek()?.email !== customer.email) entry.value = customer
    wanted.delete(customer.id)
  }
}

/** Loads a page of orders that ends with the newest wanted one: its neighbours are on screen with it. */
async function look(): Promise<void> {
  const newest = [...wanted.values()].reduce((a, b) => (a.order.id > b.order.id ? a : b))
  const asked = new URLSearchParams(newest.list)
  asked.set('to', new Date(Date.parse(newest.order.createdAt) + 1).toISOString())
  for (const [name, value] of Object.entries({ scope: 'all', limit: '100', expand: 'customer' }))
    asked.set(name, value)
  const { body } = await call<{ items: ListedOrder[] }>('GET', `/orders?${asked}`)
  cacheCustomers(body.items)
  // Not in the list any more.
  wanted.delete(newest.order.userId)
}

function schedule(): void {
  if (timer !== undefined || wanted.size === 0) return
  timer = setTimeout(
    async () => {
      const wait = await look().then(
        () => INTERVAL_MS,
        () => RETRY_MS,
      )
      nextAt = performance.now() + wait
      timer = undefined
      schedule()
    },
    Math.max(FIRST_MS, nextAt - performance.now()),
  )
}

/**
 * Returns the customer of an order, undefined while unknown: events carry ids alone. Looks up the unknown ones of all
 * rows together.
 * @param list parameters of GET /orders of the list with the order
 */
export function customerOf(order: OrderView, list = ''): ReadonlySignal<CustomerView | undefined> {
  const entry = entryOf(order.userId)
  if (entry.peek() !== undefined) return entry
  wanted.set(order.userId, { order, list })
  if (wanted.size > MAX_WANTED) wanted = new Map([...wanted].slice(-MAX_WANTED))
  schedule()
  return entry
}
