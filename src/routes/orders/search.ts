import { invalidRequest } from '../../errors.js'
import type { Money } from '../../money.js'
import type { OrderSearch } from '../../orders/search/filter.js'
import type { SearchParameters } from './list-schema.js'

/** Above every total there is, and small enough to be exact in minor units. */
const TOTAL_BEYOND_ALL = 20_000_000_000

const bound = (money: Money, total: number | undefined) =>
  total === undefined ? undefined : money.toMinor(Math.min(total, TOTAL_BEYOND_ALL))

/** @throws Problem invalid-request for a leap second, which is a valid date-time in JSON Schema and an invalid Date */
function timeOf(path: 'from' | 'to', time: string | undefined): number | undefined {
  if (time === undefined) return undefined
  const at = Date.parse(time)
  if (Number.isNaN(at)) throw invalidRequest([{ path, message: 'is not a time' }])
  return Math.max(at, 0)
}

/** Returns the search of a request's parameters. @throws Problem invalid-request */
export const searchOf = (money: Money, query: SearchParameters): OrderSearch => ({
  userId: query.userId,
  statuses: query.status,
  productId: query.productId,
  checkoutId: query.checkoutId,
  from: timeOf('from', query.from),
  to: timeOf('to', query.to),
  minTotal: bound(money, query.minTotal),
  maxTotal: bound(money, query.maxTotal),
  q: query.q,
  sort: query.sort,
})
