import type { Dialect, ProductOrder } from '../../db/dialect.js'
import { raw, type Sql, sql } from '../../db/sql.js'
import { boundsOf, type QueryTerm } from './query-terms.js'
import { signatureOf } from './signatures.js'
import { type SortName, sorts } from './sort-and-cursor.js'

/** An index range that can drive a list. It yields each product id once. */
export interface Source {
  /** The table, with an index hint where it has several indexes. */
  from: Sql
  /** Whether it is the term index, whose rows lack the product columns. */
  ofTerms: boolean
  /** The columns it is ordered by, after those fixed by equalities. */
  columns: string[]
  /** The conditions of the index range: equalities, and the bounds on the first of `columns`. */
  fixed: Sql[]
  least: Sql[]
  most: Sql[]
  /** Predicates on the rows of the range. */
  filters: Sql[]
  /** Whether the signature rules out most rows, so few of them cost a lookup. */
  bySignature: boolean
}

const forSale = sql`products.deleted_at IS NULL`
/** The same for products reached through another index; the plus keeps the planner off its own index. */
export const isLive = sql`+products.deleted_at IS NULL`

const COLUMNS: Record<ProductOrder, string[]> = {
  id: ['products.id'],
  price: ['products.price', 'products.id'],
  name: ['products.name_sort', 'products.id'],
  soldOut: ['products.id'],
}

/** Bounds on the first column of an index. */
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
  bySignature: false,
})

const INDEX_OF = { price: 'price', name_sort: 'name' } as const

/** Returns all products for sale in list order; sorted by price, only those within `prices`. */
export function inOrderOf(dialect: Dialect, sort: SortName, prices: Bounds): Source {
  const { column } = sorts[sort]
  const index = column === undefined ? 'id' : INDEX_OF[column]
  return alongProducts(dialect, index, forSale, index === 'price' ? prices : UNBOUNDED)
}

/** Returns the products for sale within a price range, ordered by price. */
export const pricedWithin = (dialect: Dialect, prices: Bounds) =>
  alongProducts(dialect, 'price', forSale, prices)

/** Returns the sold-out products, ordered by id. */
export const soldOut = (dialect: Dialect): Source => ({
  ...alongProducts(dialect, 'soldOut', dialect.soldOut),
  filters: [isLive],
})

/**
 * Returns the products with a word starting with `word`, ordered by id if only one term has the prefix. The
 * row signature rules out most products lacking one of `others` without a further lookup.
 */
export function havingWord({ word, term }: QueryTerm, others: QueryTerm[]): Source {
  const mask = BigInt(signatureOf(others.flatMap((other) => other.term ?? [])))
  const filters = mask === 0n ? [] : [sql`walked.signature & ${mask} = ${mask}`]
  const source = {
    from: sql`product_terms AS walked`,
    ofTerms: true,
    bySignature: mask !== 0n && term !== undefined,
  }
  if (term !== undefined)
    return {
      ...source,
      columns: ['walked.product_id'],
      fixed: [sql`walked.term = ${term}`],
      ...UNBOUNDED,
      filters,
    }
  // A product with several matching terms counts only at the first.
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

/** Returns the column of a source with the product id. */
export const idOf = ({ ofTerms }: Source) => (ofTerms ? 'walked.product_id' : 'products.id')

/** Returns the source joined with the product columns it lacks. */
export const withProducts = ({ driving }: Dialect, source: Source): Sql =>
  source.ofTerms ? sql`${source.from} ${driving} products ON products.id = ${raw(idOf(source))}` : source.from
