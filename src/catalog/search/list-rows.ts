import { join, raw, sql } from '../../db/sql.js'
import type { VersionedRow } from '../product.js'
import type { Filter } from './filters.js'
import type { Listing } from './index-scan.js'
import type { QueryTerm } from './query-terms.js'
import type { Key, SortName, SortRow } from './sort-and-cursor.js'

export interface ListQuery {
  filter: Filter
  /** The index statistics of the filter's words, rarest first. */
  queryTerms: QueryTerm[]
  sort: SortName
  /** The key to resume after. */
  after: Key | undefined
  /** Rows to skip. */
  offset: number
  /** Rows to return. */
  take: number
}

export type ListRow = VersionedRow & SortRow

export const COLUMNS = raw(`products.id, products.name, products.price, products.stock, products.version,
  products.created_at AS createdAt, products.updated_at AS updatedAt, products.name_sort AS nameSort`)

/** Returns the products with `ids`, in the given order. */
export async function rowsOf({ db, work }: Listing, ids: string[]): Promise<ListRow[]> {
  if (ids.length === 0) return []
  const rows = await work.step(ids.length, () =>
    db.read.$queryRaw<ListRow[]>(
      sql`SELECT ${COLUMNS} FROM products WHERE id IN (${join(ids)}) AND +deleted_at IS NULL`,
    ),
  )
  const byId = new Map(rows.map((row) => [row.id, row]))
  return ids.flatMap((id) => byId.get(id) ?? [])
}
