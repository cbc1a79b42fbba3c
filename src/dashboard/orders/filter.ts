// Imports carry extensions: this file is unit-tested in Node.
import { type OrderStatus, orderStatuses } from '../../contract/order.js'
import { dayIn } from '../parts/days.js'
import type { Matcher } from './feed.js'
import { type Preset, presets, rangeOf, rangeOfDays, type TimeRange } from './filtering/dates.js'

/** Filters by the id of one thing. */
export const idFilters = ['userId', 'productId', 'checkoutId'] as const

/** The orders a list shows. */
export interface OrderFilter {
  /** Any of these; all statuses if empty. */
  statuses: OrderStatus[]
  /** Words, or the beginning of an id; '' for none. */
  q: string
  ids: Partial<Record<(typeof idFilters)[number], string>>
  /** Takes the place of the days. */
  preset: Preset | undefined
  /** The first and the last day, YYYY-MM-DD; '' for an open end. */
  from: string
  to: string
  /** Bounds of the total, both included. */
  minTotal: number | undefined
  maxTotal: number | undefined
}

const amountIn = (text: string | null): number | undefined =>
  text !== null && /^\d{1,10}(\.\d{1,4})?$/.test(text) ? Number(text) : undefined

/** Reads the filter from the query of the page's address. Invalid values are ignored. */
export function filterOf(query: URLSearchParams): OrderFilter {
  const named = (query.get('status') ?? '').split(',')
  const ids: OrderFilter['ids'] = {}
  for (const name of idFilters) {
    const id = query.get(name)
    if (id) ids[name] = id
  }
  const preset = presets.find((name) => name === query.get('date'))
  return {
    statuses: orderStatuses.filter((status) => named.includes(status)),
    q: query.get('q')?.trim() ?? '',
    ids,
    preset,
    from: preset ? '' : dayIn(query.get('from')),
    to: preset ? '' : dayIn(query.get('to')),
    minTotal: amountIn(query.get('minTotal')),
    maxTotal: amountIn(query.get('maxTotal')),
  }
}

const timesOf = ({ preset, from, to }: OrderFilter): TimeRange =>
  preset ? rangeOf(preset) : rangeOfDays(from, to)

/** The filter as parameters of GET /orders. Equal filters have equal texts. */
export function parametersOf(filter: OrderFilter): URLSearchParams {
  const { statuses, q, ids, minTotal, maxTotal } = filter
  const parameters = new URLSearchParams({ ...ids, ...timesOf(filter) })
  if (statuses.length > 0) parameters.set('status', statuses.join())
  if (minTotal !== undefined) parameters.set('minTotal', String(minTotal))
  if (maxTotal !== undefined) parameters.set('maxTotal', String(maxTotal))
  if (q) parameters.set('q', q)
  return parameters
}

/** Tells whether an order of an event belongs to the list, as far as a browser can. */
export function matcherOf(filter: OrderFilter): Matcher {
  const { statuses, q, ids, minTotal = 0, maxTotal = Number.POSITIVE_INFINITY } = filter
  const { from = '', to } = timesOf(filter)
  return (order) => {
    if (statuses.length > 0 && !statuses.includes(order.status)) return false
    for (const name of idFilters) if (ids[name] !== undefined && order[name] !== ids[name]) return false
    if (order.createdAt < from || (to !== undefined && order.createdAt >= to)) return false
    if (order.totalPrice < minTotal || order.totalPrice > maxTotal) return false
    return q ? undefined : true
  }
}
