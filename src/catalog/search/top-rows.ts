import { sql } from '../../db/sql.js'
import { type Listing, orderBy, type Scan, selectFrom, slicesOf } from './index-scan.js'
import { COLUMNS, type ListQuery, type ListRow, rowsOf } from './list-rows.js'
import type { Sized } from './selectivity.js'
import { compareRows, keyColumns, type SortRow, sortKeyOf, sorts } from './sort-and-cursor.js'

/** Merges two sorted lists into the first `count` rows. */
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
 * Returns the page of a list whose scan is not in list order: a top-N sort of all products matching a
 * condition.
 * @param walk a scan of the condition's source, from its beginning
 */
export async function collect(
  listing: Listing,
  scan: Scan,
  { size }: Sized,
  query: ListQuery,
): Promise<ListRow[]> {
  const { db, work, limits } = listing
  const { sort, after, offset, take } = query
  const { descending } = sorts[sort]
  const order = orderBy(keyColumns(sort), descending)
  // The plus keeps the planner from using this as the index range instead of the step's own.
  const columns = keyColumns(sort).map((column) => `+${column}`)
  const behind = after ? [db.dialect.compareKeys(columns, descending ? '<' : '>', after)] : []
  const asked = { ...scan, conditions: [...behind, ...scan.conditions] }
  if (size <= limits.few) {
    const slice = { after: undefined, end: undefined }
    const rest = sql`${order} LIMIT ${take} OFFSET ${offset}`
    const page = selectFrom(db.dialect, { scan: asked, slice, ofRow: true }, COLUMNS, rest)
    return work.step(size, () => db.read.$queryRaw<ListRow[]>(page))
  }

  const wanted = offset + take
  const keys = sql`products.id AS id, products.price AS price, products.name_sort AS nameSort`
  let first: SortRow[] = []
  for await (const slice of slicesOf(listing, scan)) {
    const last = first[wanted - 1]
    const before = last
      ? [db.dialect.compareKeys(columns, descending ? '>' : '<', sortKeyOf(sort, last))]
      : []
    const limited = { ...asked, conditions: [...before, ...asked.conditions] }
    const rest = sql`${order} LIMIT ${wanted}`
    const more = await slice.read<SortRow[]>(
      selectFrom(db.dialect, { scan: limited, slice, ofRow: true }, keys, rest),
    )
    first = merge(first, more, wanted, (a, b) => compareRows(sort, a, b))
  }
  return rowsOf(
    listing,
    first.slice(offset).map(({ id }) => id),
  )
}
