import type { Dialect, ProductOrder } from '../db/dialect.js'
import { raw, type Sql, sql } from '../db/sql.js'
import { signatureOf } from './signatures.js'
import { type SortName, sorts } from './sorts.js'
import { boundsOf, type Sought } from './sought.js'

/** A part of an index that a list is looked up along. It gives the id of each product in it once. */
export interface Source {
  /** The table, and the index where the table has several. */
  from: Sql
  /** Whether it is an index of words, whose rows don't have the product's columns. */
  ofTerms: boolean
  /** The columns that it is in order of, after those that `fixed` settles. */
  columns: string[]
  /** The conditions that make it a range of the index: equalities, and the bounds of the first of `columns`. */
  fixed: Sql[]
  least: Sql[]
  most: Sql[]
  /** Conditions on the rows of the range. */
  filters: Sql[]
}

const forSale = sql`products.deleted_at IS NULL`
/** The same of a product that is met along another index: a planner may not use one for it. */
export const isLive = sql`+products.deleted_at IS NULL`

const COLUMNS: Record<ProductOrder, string[]> = {
  id: ['products.id'],
  price: ['products.price', 'products.id'],
  name: ['products.name_sort', 'products.id'],
  soldOut: ['products.id'],
}

/** Bounds of the first column of an index. */
export interface Bounds {
  least: Sql[]
  most: Sql[]
}

const UNBOUNDED: Bounds = { least: [], most: [] }

const alongProducts = (dialect: Dialect, order: ProductOrder, fixed: Sql, bounds = UNBOUNDED): Source => ({
  from: sql`products ${dialect.along[order]}`,
  ofTerms: false,
  columns: COLUMNS[order],
  fixed: [fixed],
  ...bounds,
  filters: [],
})

const INDEX_OF = { price: 'price', name_sort: 'name' } as const

/** All products for sale, in the order of a list; of one by price, those within `prices`. */
export function inOrderOf(dialect: Dialect, sort: SortName, prices: Bounds): Source {
  const { column } = sorts[sort]
  const index = column === undefined ? 'id' : INDEX_OF[column]
  return alongProducts(dialect, index, forSale, index === 'price' ? prices : UNBOUNDED)
}

/** The products for sale within a range of prices, in the order of prices. */
export const pricedWithin = (dialect: Dialect, prices: Bounds) =>
  alongProducts(dialect, 'price', forSale, prices)

/** The products that are sold out, in the order of ids. */
export const soldOut = (dialect: Dialect): Source => ({
  ...alongProducts(dialect, 'soldOut', dialect.soldOut),
  filters: [isLive],
})

/**
 * The products that have a word which begins with that of `sought`: in the order of ids where it begins one term alone. The
 * signature of a row spares most products that lack one of `others` further questions.
 */
export function havingWord({ word, term }: Sought, others: Sought[]): Source {
  const mask = BigInt(signatureOf(others.flatMap((other) => other.term ?? [])))
  const filters = mask === 0n ? [] : [sql`walked.signature & ${mask} = ${mask}`]
  const source = { from: sql`product_terms AS walked`, ofTerms: true }
  if (term !== undefined)
    return {
      ...source,
      columns: ['walked.product_id'],
      fixed: [sql`walked.term = ${term}`],
      ...UNBOUNDED,
      filters,
    }
  // A product with several such terms is met at the first of them.
  const first = sql`
    NOT EXISTS (SELECT 1 FROM product_terms AS earlier
      WHERE earlier.product_id = walked.product_id AND earlier.term >= ${word} AND earlier.term < walked.term)`
  return {
    ...source,
    columns: ['walked.term', 'walked.product_id'],
    fixed: [],
    ...boundsOf(word, 'walked.term'),
    filters: [...filters, first],
  }
}

/** The column of a source's rows that has the product's id. */
export const idOf = ({ ofTerms }: Source) => (ofTerms ? 'walked.product_id' : 'products.id')

/** The source joined with what it lacks of the products' columns. */
export const withProducts = ({ driving }: Dialect, source: Source): Sql =>
  source.ofTerms ? sql`${source.from} ${driving} products ON products.id = ${raw(idOf(source))}` : source.from
