import type { Dialect } from '../../db/dialect.js'
import { raw, type Sql, sql } from '../../db/sql.js'
import { hasPrefix } from '../../search/prefix.js'
import { allOf, anyOf, isIn } from './clauses.js'
import type { OrderFilter } from './filter.js'
import type { FoundWord } from './words.js'

/** The kind of a condition. Of `word`, there is one for each word. */
export type About = 'user' | 'status' | 'product' | 'checkout' | 'total' | 'time' | 'word'

/** A predicate on a row of `orders`. */
interface Condition {
  about: About
  holds: Sql
}

/** Sorts after every id that begins with a prefix it is appended to. */
const AFTER_IDS = '~'

export const idsFrom = (column: string, prefix: string): Sql =>
  sql`${raw(column)} >= ${prefix} AND ${raw(column)} < ${prefix + AFTER_IDS}`

const termOf = (table: string, owner: string, term: string): Sql =>
  sql`EXISTS (SELECT 1 FROM ${raw(`${table} WHERE ${owner}_id = orders.${owner}_id`)} AND ${hasPrefix(term)})`

const byPrefix = ({ idPrefix, places }: FoundWord): Sql[] =>
  idPrefix === undefined
    ? []
    : [
        ...(places.has('order') ? [sql`(${idsFrom('+orders.id', idPrefix)})`] : []),
        ...(places.has('checkout') ? [sql`(${idsFrom('+orders.checkout_id', idPrefix)})`] : []),
      ]

/** The orders of the products, or of the customers, that a word leads to. */
function ofOwners(ids: string[], column: string): Sql[] {
  return ids.length > 0 ? [isIn(`+orders.${column}`, ids)] : []
}

/**
 * A superset of the orders whose product name has a term. The name in the order's own row is cheaper to look at than the
 * product's terms, but only one in ASCII is folded by LOWER alone, and so has each of its terms as a part of it.
 */
function nameHas(
  { characters }: Dialect,
  places: FoundWord['places'],
  term: string,
  mayBeOther: boolean,
): Sql[] {
  const tables = [
    ...(mayBeOther || places.has('product') ? ['product_terms'] : []),
    ...(mayBeOther || places.has('former') ? ['former_terms'] : []),
  ]
  if (tables.length === 0) return []
  const isAscii = sql`${characters}(orders.product_name) = OCTET_LENGTH(orders.product_name)`
  const terms = anyOf(tables.map((table) => termOf(table, 'product', term)))
  return [sql`INSTR(LOWER(orders.product_name), ${term}) > 0`, sql`(NOT ${isAscii} AND ${terms})`]
}

/** A superset of the orders with a word: names may have been changed since an order was placed. */
function wordHolds(dialect: Dialect, word: FoundWord, byCustomer: boolean): Sql {
  const { term, terms, email, places, products, users } = word
  if (products && users)
    return anyOf([...ofOwners(products, 'product_id'), ...ofOwners(users, 'user_id'), ...byPrefix(word)])
  const ofNames = (one: string) =>
    anyOf([
      ...nameHas(dialect, places, one, one !== term),
      ...(byCustomer && !users && (one !== term || places.has('user'))
        ? [termOf('user_terms', 'user', one)]
        : []),
    ])
  return anyOf([
    ...byPrefix(word),
    ...(terms.length > 0 ? [sql`(${allOf(terms.map(ofNames))})`] : []),
    ...(users ? ofOwners(users, 'user_id') : []),
    ...(!users && places.has('email') ? [termOf('user_terms', 'user', email)] : []),
  ])
}

/** Returns the conditions of a filter. The unary plus keeps the planner off the index of the column. */
export function conditionsOf(dialect: Dialect, filter: OrderFilter): Condition[] {
  const { userId, statuses, productId, checkoutId, from, to, minTotal, maxTotal } = filter
  const { words, byCustomer = false } = filter
  const time = (at: number) => new Date(at)
  const one = (about: About, value: unknown, holds: () => Sql): Condition[] =>
    value === undefined ? [] : [{ about, holds: holds() }]
  return [
    ...one('user', userId, () => sql`+orders.user_id = ${userId}`),
    ...one('status', statuses, () => isIn('+orders.status', statuses ?? [])),
    ...one('product', productId, () => sql`+orders.product_id = ${productId}`),
    ...one('checkout', checkoutId, () => sql`+orders.checkout_id = ${checkoutId}`),
    ...one('time', from, () => sql`orders.created_at >= ${time(from ?? 0)}`),
    ...one('time', to, () => sql`orders.created_at < ${time(to ?? 0)}`),
    ...one('total', minTotal, () => sql`+orders.total_price >= ${minTotal}`),
    ...one('total', maxTotal, () => sql`+orders.total_price <= ${maxTotal}`),
    ...words.map((word): Condition => ({ about: 'word', holds: wordHolds(dialect, word, byCustomer) })),
  ]
}

/** Returns the conditions of a filter other than those about `covers`. */
export const restOf = (dialect: Dialect, filter: OrderFilter, covers: About[]): Sql[] =>
  conditionsOf(dialect, filter).flatMap(({ about, holds }) => (covers.includes(about) ? [] : [holds]))
