import type { Db } from '../../db/db.js'
import type { Dialect } from '../../db/dialect.js'
import { join, raw, type Sql, sql } from '../../db/sql.js'
import { INDEX_ROW, SIGNED_ROW, TABLE_ROW, type Work } from '../../search/budget.js'
import { isLive, type Source, withProducts } from './access-paths.js'
import { where } from './filters.js'
import type { Key } from './sort-and-cursor.js'
import type { ListLimits } from './thresholds.js'

/** The context of one list query. */
export interface Listing {
  db: Db
  work: Work
  limits: ListLimits
}

/** A filtered scan of a source. */
export interface Scan {
  source: Source
  descending: boolean
  /** Starts after this row; at the beginning if undefined. */
  after?: Key | undefined
  /** Predicates on each row. */
  conditions: Sql[]
  /** Whether the predicates need columns of `products`. */
  ofRow: boolean
}

/** A slice of a scan: rows after `after`, up to and including `end`; undefined means unbounded. */
export interface Slice {
  after: Key | undefined
  end: Key | undefined
}

/**
 * Returns the range conditions of a slice. A key replaces the source's bound on its side: a range has one
 * start.
 */
function rangeOf({ compareKeys }: Dialect, { source, descending }: Scan, { after, end }: Slice): Sql[] {
  const { columns, fixed, least, most } = source
  const [start, stop] = descending ? [most, least] : [least, most]
  const first = after ? [compareKeys(columns, descending ? '<' : '>', after)] : start
  const last = end ? [compareKeys(columns, descending ? '>=' : '<=', end)] : stop
  return [...fixed, ...first, ...last]
}

export const orderBy = (columns: readonly string[], descending: boolean) =>
  raw(`ORDER BY ${columns.map((column) => `${column} ${descending ? 'DESC' : 'ASC'}`).join(', ')}`)

/**
 * Selects the matching products of a slice.
 * @param ofRow whether the selected or sort columns need `products`
 * @param rest the clauses after the conditions
 */
export function selectFrom(
  dialect: Dialect,
  { scan, slice, ofRow }: { scan: Scan; slice: Slice; ofRow: boolean },
  columns: Sql,
  rest: Sql,
): Sql {
  const { source, conditions } = scan
  const joined = source.ofTerms && (ofRow || scan.ofRow)
  const asked = [...source.filters, ...(joined ? [isLive] : []), ...conditions]
  return sql`SELECT ${columns} FROM ${joined ? withProducts(dialect, source) : source.from}
    ${where([...rangeOf(dialect, scan, slice), ...asked])} ${rest}`
}

/** Returns the cost of a scanned row. */
function costOf({ source, ofRow, conditions }: Scan): number {
  if (!source.ofTerms || ofRow) return TABLE_ROW
  if (conditions.length === 0) return INDEX_ROW
  return source.bySignature ? SIGNED_ROW : TABLE_ROW
}

/** Returns the key of the row `rows` after `after`, or undefined if the source ends before. */
async function endOf(
  { db }: Listing,
  scan: Scan,
  after: Key | undefined,
  rows: number,
): Promise<Key | undefined> {
  const { source, descending } = scan
  const { columns } = source
  const keys = columns.map((column, i) => raw(`${column} AS k${i}`))
  const [row] = await db.read.$queryRaw<Record<string, string | number>[]>(sql`
    SELECT ${join(keys)} FROM ${source.from} ${where(rangeOf(db.dialect, scan, { after, end: undefined }))}
    ${orderBy(columns, descending)} LIMIT 1 OFFSET ${rows - 1}`)
  return row && Object.values(row)
}

/** A slice to process: `read` runs a query over it as one step. */
export interface Step extends Slice {
  rows: number
  read<T>(query: Sql): Promise<T>
}

/** Splits a scan into slices, each sized to the time budget of a step. */
export async function* slicesOf(listing: Listing, scan: Scan): AsyncGenerator<Step> {
  const { work, limits, db } = listing
  const cost = costOf(scan)
  const longest = Math.ceil(limits.maxStep / cost)
  let after = scan.after
  // Cheap rows are many from the start, because each step costs two statements.
  for (let rows = limits.firstStep * (TABLE_ROW / cost); ; rows = Math.min(work.next(rows), longest)) {
    const from = after
    const length = rows
    const end = await work.step(length * INDEX_ROW, () => endOf(listing, scan, from, length))
    const read = <T>(query: Sql) => work.step(length * cost, () => db.read.$queryRaw<T>(query))
    yield { after, end, rows, read }
    if (!end) return
    after = end
  }
}

/** Returns the conditions of the whole range of a source. */
export const wholeRange = (dialect: Dialect, source: Source) =>
  where(
    rangeOf(
      dialect,
      { source, descending: false, conditions: [], ofRow: false },
      { after: undefined, end: undefined },
    ),
  )
