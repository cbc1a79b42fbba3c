import { join, raw, sql } from '../db/sql.js'
import type { VersionedRow } from './product.js'
import type { Filter } from './restrictions.js'
import type { Key, SortName, SortRow } from './sorts.js'
import type { Sought } from './sought.js'
import type { Listing } from './walks.js'

export interface ListQuery {
  filter: Filter
  /** What the index has of the filter's words, the rarest first. */
  sought: Sought[]
  sort: SortName
  /** The row that the list goes on after. */
  after: Key | undefined
  /** Rows left out before the first. */
  offset: number
  /** Rows wanted. */
  take: number
}

export type ListRow = VersionedRow & SortRow

export const COLUMNS = raw(`products.id, products.name, products.price, products.stock, products.version,
  products.created_at AS createdAt, products.updated_at AS updatedAt, products.name_sort AS nameSort`)

/** The products with `ids`, in that order. */
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
