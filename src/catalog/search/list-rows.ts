import { join, raw, sql } from '../../db/sql.js'
import { type VersionedRow, VIEWED_COLUMNS } from '../product.js'
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

const COLUMN_NAMES: Record<keyof ListRow, string> = {
  ...VIEWED_COLUMNS,
  version: 'version',
  nameSort: 'name_sort',
}

export const COLUMNS = raw(
  Object.entries(COLUMN_NAMES)
    .map(([name, column]) => `products.${column} AS ${name}`)
    .join(', '),
)

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
