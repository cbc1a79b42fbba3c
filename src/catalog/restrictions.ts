import type { Dialect } from '../db/dialect.js'
import { empty, join, raw, type Sql, sql } from '../db/sql.js'
import { wordRestrictions } from './along-term.js'
import type { Sought } from './sought.js'

/** What a list is limited to. Prices in minor units. */
export interface Filter {
  /** Folded words: each must begin a word of the name. */
  words: string[]
  minPrice?: number | undefined
  maxPrice?: number | undefined
  /** Only what is in stock, or only what is sold out. */
  inStock?: boolean | undefined
}

/** One limit on a list, in two forms: a list is started from the rows that pass, or asks of each row it meets. */
export interface Restriction {
  /** A query of the ids of all products for sale that pass, read from an index alone. */
  matches: Sql
  /** Whether an id may be among `matches` more than once. */
  repeats: boolean
  /** A condition on a row of `products`. */
  holds: Sql
}

export const forSale = sql`products.deleted_at IS NULL`

const all = (conditions: Sql[]) => join(conditions, ' AND ')

export const where = (conditions: Sql[]) => (conditions.length > 0 ? sql`WHERE ${all(conditions)}` : empty)

function priceBounds({ minPrice, maxPrice }: Filter, column: string): Sql[] {
  const least = minPrice === undefined ? [] : [sql`${raw(column)} >= ${minPrice}`]
  const most = maxPrice === undefined ? [] : [sql`${raw(column)} <= ${maxPrice}`]
  return [...least, ...most]
}

/** A unary plus keeps SQLite from using a column's index: conditions on a row are asked along another one. */
function priceRestrictions(filter: Filter): Restriction[] {
  if (filter.minPrice === undefined && filter.maxPrice === undefined) return []
  const range = all(priceBounds(filter, 'price'))
  return [
    {
      matches: sql`SELECT id FROM products WHERE deleted_at IS NULL AND ${range}`,
      repeats: false,
      holds: all(priceBounds(filter, '+products.price')),
    },
  ]
}

function stockRestrictions({ soldOut }: Dialect, filter: Filter): Restriction[] {
  if (filter.inStock !== false) return []
  return [
    {
      matches: sql`SELECT id FROM products WHERE ${soldOut} AND deleted_at IS NULL`,
      repeats: false,
      holds: sql`+products.stock = 0`,
    },
  ]
}

/** The limits of a list, by what they are about. */
export type Restrictions = ReturnType<typeof restrictionsOf>

/**
 * The limits of `filter`, whose words are `sought`, that a list may be started from. Being in stock is none: most
 * products are.
 */
export const restrictionsOf = (dialect: Dialect, filter: Filter, sought: Sought[]) => ({
  words: wordRestrictions(sought),
  price: priceRestrictions(filter),
  stock: stockRestrictions(dialect, filter),
})

/** The condition that there is stock, where it is asked for. */
export function inStock({ soldOut }: Dialect, filter: Filter, deep: boolean): Sql[] {
  if (filter.inStock !== true) return []
  // To pass many rows it is worth while to have the index alone, which doesn't hold the stock.
  return deep
    ? [sql`products.id NOT IN (SELECT id FROM products WHERE ${soldOut})`]
    : [sql`+products.stock > 0`]
}
