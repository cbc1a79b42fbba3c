import type { Dialect } from '../db/dialect.js'
import { empty, join, raw, type Sql, sql } from '../db/sql.js'
import { begins, type Sought } from './sought.js'
import { type Bounds, havingWord, idOf, pricedWithin, type Source, soldOut } from './sources.js'

/** What a list is limited to. Prices in minor units. */
export interface Filter {
  /** Folded words: each must begin a word of the name. */
  words: string[]
  minPrice?: number | undefined
  maxPrice?: number | undefined
  /** Only what is in stock, or only what is sold out. */
  inStock?: boolean | undefined
}

/** One limit on a list, in two forms: a list is started from the products that pass, or asks of each product it meets. */
export interface Restriction {
  /** All products that pass, and none else. */
  source: Source
  /** The condition on a product, whose id is in the column `id`. */
  holds(id: string): Sql
  /** What it is about: a word, or a column of `products`. */
  about: 'word' | 'price' | 'stock'
}

export const all = (conditions: Sql[]) => join(conditions, ' AND ')

export const where = (conditions: Sql[]) => (conditions.length > 0 ? sql`WHERE ${all(conditions)}` : empty)

export const priceBounds = ({ minPrice, maxPrice }: Filter, column = 'products.price'): Bounds => ({
  least: minPrice === undefined ? [] : [sql`${raw(column)} >= ${minPrice}`],
  most: maxPrice === undefined ? [] : [sql`${raw(column)} <= ${maxPrice}`],
})

function wordRestriction(sought: Sought, all: Sought[]): Restriction {
  const { word, term } = sought
  // By a whole term, where it is known, what is looked up lies close together.
  const isIt = term === undefined ? begins(word) : sql`term = ${term}`
  return {
    source: havingWord(
      sought,
      all.filter((other) => other !== sought),
    ),
    holds: (id) => sql`EXISTS (SELECT 1 FROM product_terms WHERE product_id = ${raw(id)} AND ${isIt})`,
    about: 'word',
  }
}

/** A unary plus keeps a planner from using the column's index: conditions on a row are asked along another one. */
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

/** The limits of `filter`, whose words are `sought`, that a list may be started from: what is in stock has no index. */
export const restrictionsOf = (dialect: Dialect, filter: Filter, sought: Sought[]): Restriction[] => [
  ...sought.map((one) => wordRestriction(one, sought)),
  ...priceRestrictions(dialect, filter),
  ...stockRestrictions(dialect, filter),
]

/** What is asked of each product that is met along `source`: all that `filter` and `restrictions` ask, but the source's own. */
export function conditionsOf(restrictions: Restriction[], filter: Filter, source: Source) {
  const others = restrictions.filter((one) => one.source !== source)
  const words = others.filter(({ about }) => about === 'word').map(({ holds }) => holds(idOf(source)))
  const columns = others.filter(({ about }) => about !== 'word').map(({ holds }) => holds(idOf(source)))
  if (filter.inStock) columns.push(sql`+products.stock > 0`)
  return { conditions: [...columns, ...words], ofRow: columns.length > 0 }
}
