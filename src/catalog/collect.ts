import { sql } from '../db/sql.js'
import { COLUMNS, type ListQuery, type ListRow, rowsOf } from './list-rows.js'
import type { Sized } from './sizes.js'
import { compareRows, keyColumns, keyOf, type SortRow, sorts } from './sorts.js'
import { type Listing, orderBy, partsOf, selectFrom, type Walk } from './walks.js'

/** Merges two lists in order, and keeps the first `count`. */
function merge(
  a: SortRow[],
  b: SortRow[],
  count: number,
  compare: (a: SortRow, b: SortRow) => number,
): SortRow[] {
  const merged: SortRow[] = []
  for (let i = 0, j = 0; merged.length < count; ) {
    const [x, y] = [a[i], b[j]]
    const next = x && (!y || compare(x, y) <= 0) ? x : y
    if (!next) break
    if (next === x) i++
    else j++
    merged.push(next)
  }
  return merged
}

/**
 * The page of a list that is looked up along another order than its own: of all products that a restriction lets pass, the
 * first ones by the list's order are kept.
 * @param walk along the restriction's source, from its beginning
 */
export async function collect(
  listing: Listing,
  walk: Walk,
  { size }: Sized,
  query: ListQuery,
): Promise<ListRow[]> {
  const { db, work, limits } = listing
  const { sort, after, offset, take } = query
  const { descending } = sorts[sort]
  const order = orderBy(keyColumns(sort), descending)
  // The plus keeps a planner from making it the range of the index, in place of the part's own.
  const columns = keyColumns(sort).map((column) => `+${column}`)
  const behind = after ? [db.dialect.compareKeys(columns, descending ? '<' : '>', after)] : []
  const asked = { ...walk, conditions: [...behind, ...walk.conditions] }
  if (size <= limits.few) {
    const part = { after: undefined, end: undefined }
    const rest = sql`${order} LIMIT ${take} OFFSET ${offset}`
    const page = selectFrom(db.dialect, { walk: asked, part, ofRow: true }, COLUMNS, rest)
    return work.step(size, () => db.read.$queryRaw<ListRow[]>(page))
  }

  const wanted = offset + take
  const keys = sql`products.id AS id, products.price AS price, products.name_sort AS nameSort`
  let first: SortRow[] = []
  for await (const part of partsOf(listing, walk)) {
    const last = first[wanted - 1]
    const before = last ? [db.dialect.compareKeys(columns, descending ? '>' : '<', keyOf(sort, last))] : []
    const limited = { ...asked, conditions: [...before, ...asked.conditions] }
    const rest = sql`${order} LIMIT ${wanted}`
    const more = await part.read<SortRow[]>(
      selectFrom(db.dialect, { walk: limited, part, ofRow: true }, keys, rest),
    )
    first = merge(first, more, wanted, (a, b) => compareRows(sort, a, b))
  }
  return rowsOf(
    listing,
    first.slice(offset).map(({ id }) => id),
  )
}
