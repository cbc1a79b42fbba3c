import type { Dialect } from '../../db/dialect.js'
import { raw, type Sql, sql } from '../../db/sql.js'
import { isIn } from './clauses.js'
import type { About } from './conditions.js'
import type { OrderConditions, OrderFilter } from './filter.js'
import { type IdRange, idsOfCheckouts, idsWithin, intersect, within } from './id-ranges.js'
import type { Key } from './sort-and-cursor.js'
import type { FoundWord } from './words.js'

/**
 * Posting lists of one index: the orders with each of `values` in `column`, sorted by id, or by total and id; a single list of
 * all if there is no column.
 */
export interface Postings {
  /** The table with its index. */
  from: Sql
  /** Whether that is `orders`, sorted by id. */
  isOfTable: boolean
  fixed: Sql[]
  column?: string
  values: string[]
  ids: IdRange
  /** The bounds of lists sorted by total. */
  totals?: Pick<OrderConditions, 'minTotal' | 'maxTotal'>
}

/** The lists of all owners with a word that begins with a prefix. */
export interface TermScan {
  table: 'product_terms' | 'former_terms' | 'user_terms'
  owner: 'product_id' | 'user_id'
  prefix: string
  /** The only term with the prefix, if there is one. */
  term: string | undefined
  /** Predicates on a row of the table, named `walked`. */
  filters: Sql[]
  /** The lists of the owners: `column` is that of the owner, and `values` are left open. */
  lists: Postings
  /** The expression of a list's key: text that sorts as the list does. */
  key: Sql
}

/** A way to the orders of a filter, complete though perhaps too wide. */
export interface Source {
  /** The conditions its orders are known to satisfy. */
  covers: About[]
  postings: Postings[]
  /** The lists of all products or customers with a word, where they are too many for `postings`. */
  scans: TermScan[]
  /** Whether its lists are sorted by total and id. */
  byTotal: boolean
  /** Whether it lacks the orders after `Listing.position`. */
  lags: boolean
}

const totalBounds = ({ minTotal, maxTotal }: OrderConditions) => ({
  least: minTotal === undefined ? [] : [sql`total_price >= ${minTotal}`],
  most: maxTotal === undefined ? [] : [sql`total_price <= ${maxTotal}`],
})

/** A part of sorted lists. */
export interface KeyRange {
  /** Whether keys are totals and ids, not ids alone. */
  byTotal: boolean
  descending: boolean
  /** The key to start after. */
  after?: Key | undefined
  /** The last key. */
  until?: Key | undefined
}

/**
 * Returns the conditions of a part of each list. A key replaces the bound of the lists on its side, which it is never beyond:
 * SQLite takes one condition for each end of an index range, and not always the nearer.
 */
export function rangeOf({ compareKeys }: Dialect, lists: Postings, range: KeyRange): Sql[] {
  const { byTotal, descending, after, until } = range
  const columns = byTotal ? ['total_price', 'id'] : ['id']
  const first = after && compareKeys(columns, descending ? '<' : '>', after)
  const last = until && compareKeys(columns, descending ? '>=' : '<=', until)
  const [lower, upper] = descending ? [last, first] : [first, last]
  if (byTotal) {
    const { least, most } = totalBounds(lists.totals ?? {})
    return [...(lower ? [lower] : least), ...(upper ? [upper] : most)]
  }
  const [id, other] = descending ? [until?.[0], after?.[0]] : [after?.[0], until?.[0]]
  const { least, below } = lists.ids
  const isLower = id !== undefined && id >= (least ?? '')
  const isUpper = other !== undefined && other < (below ?? '~')
  return [
    ...(isLower && lower ? [lower] : within('id', { least })),
    ...(isUpper && upper ? [upper] : within('id', { below })),
  ]
}

/** Returns the conditions of all lists of postings. */
export const wholeRange = (postings: Postings): Sql[] => {
  const { fixed, column, values, ids, totals = {} } = postings
  const { least, most } = totalBounds(totals)
  return [
    ...fixed,
    ...(column === undefined ? [] : [isIn(column, values)]),
    ...within('id', ids),
    ...least,
    ...most,
  ]
}

/** Returns the ORDER BY terms of lists. */
export const orderOf = ({ byTotal, descending }: KeyRange): Sql =>
  raw(
    (byTotal ? ['total_price', 'id'] : ['id'])
      .map((column) => `${column} ${descending ? 'DESC' : 'ASC'}`)
      .join(', '),
  )

export const source = (covers: About[], ...postings: Postings[]): Source => ({
  covers,
  postings,
  scans: [],
  byTotal: false,
  lags: false,
})

export const everything = ({ alongOrders }: Dialect, ids: IdRange): Postings => ({
  from: sql`orders ${alongOrders.id}`,
  isOfTable: true,
  fixed: [],
  values: [],
  ids,
})

const ofColumn = (from: Sql, column: string, values: string[], ids: IdRange): Postings => ({
  from,
  isOfTable: true,
  fixed: [],
  column,
  values,
  ids,
})

/** Returns lists of orders of products. */
export const ofProducts = ({ orderLists }: Dialect, values: string[], ids: IdRange): Postings => ({
  ...ofColumn(orderLists.product, 'product_id', values, ids),
  isOfTable: false,
})

/** Returns lists of orders of users. */
export const ofUsers = ({ alongOrders }: Dialect, values: string[], ids: IdRange): Postings =>
  ofColumn(sql`orders ${alongOrders.user}`, 'user_id', values, ids)

/** Returns lists of orders of products, sorted by total; undefined without an index of that. */
export const ofProductsByTotal = (
  { orderLists: { productTotal } }: Dialect,
  values: string[],
  filter: OrderConditions,
): Postings | undefined =>
  productTotal && {
    ...ofColumn(productTotal.from, 'product_id', values, {}),
    isOfTable: false,
    totals: filter,
  }

/** Returns the orders within the totals of a filter, sorted by total. */
export function byTotals({ orderLists }: Dialect, filter: OrderConditions): Source {
  const postings = {
    from: orderLists.total,
    isOfTable: false,
    fixed: [],
    values: [],
    ids: {},
    totals: filter,
  }
  return { ...source(['total'], postings), byTotal: true, lags: true }
}

/** Returns the ways by a column of `orders`, the likely most selective first. */
export function byColumns(dialect: Dialect, filter: OrderFilter): Source[] {
  const { alongOrders } = dialect
  const { userId, productId, checkoutId } = filter
  const statuses = filter.statuses && [...new Set(filter.statuses)]
  const ids = idsWithin(filter)
  const along = (index: 'user' | 'userStatus' | 'status' | 'checkout') => sql`orders ${alongOrders[index]}`
  const sources: Source[] = []
  if (checkoutId !== undefined)
    sources.push(source(['checkout'], ofColumn(along('checkout'), 'checkout_id', [checkoutId], ids)))
  if (productId !== undefined)
    sources.push({ ...source(['product'], ofProducts(dialect, [productId], ids)), lags: true })
  if (userId !== undefined && statuses) {
    const lists = ofColumn(along('userStatus'), 'status', statuses, ids)
    sources.push(source(['user', 'status'], { ...lists, fixed: [sql`user_id = ${userId}`] }))
  } else if (userId !== undefined) sources.push(source(['user'], ofUsers(dialect, [userId], ids)))
  else if (statuses) sources.push(source(['status'], ofColumn(along('status'), 'status', statuses, ids)))
  return sources
}

/** Returns the lists of the ids that a word may be the beginning of. */
export function byPrefix(dialect: Dialect, word: FoundWord, ids: IdRange): Postings[] {
  const { idPrefix, places, checkouts } = word
  if (idPrefix === undefined) return []
  const own = { least: idPrefix, below: `${idPrefix}~` }
  const lists = places.has('order') ? [everything(dialect, intersect(ids, own))] : []
  if (!places.has('checkout')) return lists
  return [
    ...lists,
    checkouts
      ? ofColumn(sql`orders ${dialect.alongOrders.checkout}`, 'checkout_id', checkouts, ids)
      : everything(dialect, intersect(ids, idsOfCheckouts(idPrefix))),
  ]
}

/** Returns the orders of a word that leads to few products and customers; undefined for another. */
export function byWord(dialect: Dialect, word: FoundWord, filter: OrderFilter): Source | undefined {
  const { products, users } = word
  if (!products || !users) return undefined
  const ids = idsWithin(filter)
  const lists: Postings[] = []
  if (products.length > 0) lists.push(ofProducts(dialect, products, ids))
  if (users.length > 0) lists.push(ofUsers(dialect, users, ids))
  return { ...source([], ...lists, ...byPrefix(dialect, word, ids)), lags: products.length > 0 }
}
