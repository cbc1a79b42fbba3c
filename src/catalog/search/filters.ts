import type { Dialect } from '../../db/dialect.js'
import { empty, join, raw, type Sql, sql } from '../../db/sql.js'
import { hasPrefix } from '../../search/prefix.js'
import { type Bounds, havingWord, idOf, pricedWithin, type Source, soldOut } from './access-paths.js'
import type { QueryTerm } from './query-terms.js'

/** The filter of a list. Prices in minor units. */
export interface Filter {
  /** Folded words: each must be a prefix of a word of the name. */
  words: string[]
  minPrice?: number | undefined
  maxPrice?: number | undefined
  /** Only products in stock (true) or only sold-out ones (false). */
  inStock?: boolean | undefined
}

/** One condition of a filter, in two forms: an index range to drive the query, or a predicate on each row. */
export interface Restriction {
  /** The index range of exactly the matching products. */
  source: Source
  /** The predicate on a product whose id is in column `id`. */
  holds(id: string): Sql
  /** The kind of condition: on a word, or on a column of `products`. */
  about: 'word' | 'price' | 'stock'
}

export const all = (conditions: Sql[]) => join(conditions, ' AND ')

export const where = (conditions: Sql[]) => (conditions.length > 0 ? sql`WHERE ${all(conditions)}` : empty)

export const priceBounds = ({ minPrice, maxPrice }: Filter, column = 'products.price'): Bounds => ({
  least: minPrice === undefined ? [] : [sql`${raw(column)} >= ${minPrice}`],
  most: maxPrice === undefined ? [] : [sql`${raw(column)} <= ${maxPrice}`],
})

function wordRestriction(queryTerm: QueryTerm, all: QueryTerm[]): Restriction {
  const { word, term } = queryTerm
  // An exact term, where known, keeps the lookups in one place of the index.
  const isIt = term === undefined ? hasPrefix(word) : sql`term = ${term}`
  return {
    source: havingWord(
      queryTerm,
      all.filter((other) => other !== queryTerm),
    ),
    holds: (id) => sql`EXISTS (SELECT 1 FROM product_terms WHERE product_id = ${raw(id)} AND ${isIt})`,
    about: 'word',
  }
}

/** The unary plus keeps the planner off the column's index: these predicates filter rows of another range. */
function priceRestrictions(dialect: Dialect, filter: Filter): Restriction[] {
  const { least, most } = priceBounds(filter, '+products.price')
  if (least.length + most.length === 0) return []
  const holds = all([...least, ...most])
  return [{ source: pricedWithin(dialect, priceBounds(filter)), holds: () => holds, about: 'price' }]
}

function stockRestrictions(dialect: Dialect, filter: Filter): Restriction[] {
  if (filter.inStock !== false) return []
  return [{ source: soldOut(dialect), holds: () => sql`+products.stock = 0`, about: 'stock' }]
}

/** Returns the conditions of `filter` with an index to drive a list from. Being in stock has none. */
export const restrictionsOf = (dialect: Dialect, filter: Filter, queryTerms: QueryTerm[]): Restriction[] => [
  ...queryTerms.map((one) => wordRestriction(one, queryTerms)),
  ...priceRestrictions(dialect, filter),
  ...stockRestrictions(dialect, filter),
]

/**
 * Returns the predicates left for each row of `source`: the whole filter except the condition `source` itself
 * covers.
 */
export function predicatesOf(restrictions: Restriction[], filter: Filter, source: Source) {
  const others = restrictions.filter((one) => one.source !== source)
  const words = others.filter(({ about }) => about === 'word').map(({ holds }) => holds(idOf(source)))
  const columns = others.filter(({ about }) => about !== 'word').map(({ holds }) => holds(idOf(source)))
  if (filter.inStock) columns.push(sql`+products.stock > 0`)
  return { conditions: [...columns, ...words], ofRow: columns.length > 0 }
}
