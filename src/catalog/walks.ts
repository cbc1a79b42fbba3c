import type { Dialect } from '../db/dialect.js'
import { join, raw, type Sql, sql } from '../db/sql.js'
import type { Db } from '../db/types.js'
import type { ListLimits } from './limits.js'
import { where } from './restrictions.js'
import type { Key } from './sorts.js'
import { isLive, type Source, withProducts } from './sources.js'
import { INDEX_ROW, TABLE_ROW, type Work } from './work.js'

/** What belongs to one list. */
export interface Listing {
  db: Db
  work: Work
  limits: ListLimits
}

/** A way along a source. */
export interface Walk {
  source: Source
  descending: boolean
  /** Where it begins: behind this row; at the beginning if undefined. */
  after?: Key | undefined
  /** What is asked of each product that is met. */
  conditions: Sql[]
  /** Whether that needs columns of `products`. */
  ofRow: boolean
}

/** A stretch of a walk: the rows behind `after` up to `end`; from its beginning, and to its end, where these are undefined. */
export interface Part {
  after: Key | undefined
  end: Key | undefined
}

/** The conditions that make `part` of the source's range. A key stands in for the bound on its side: a range has one start. */
function rangeOf({ compareKeys }: Dialect, { source, descending }: Walk, { after, end }: Part): Sql[] {
  const { columns, fixed, least, most } = source
  const [start, stop] = descending ? [most, least] : [least, most]
  const first = after ? [compareKeys(columns, descending ? '<' : '>', after)] : start
  const last = end ? [compareKeys(columns, descending ? '>=' : '<=', end)] : stop
  return [...fixed, ...first, ...last]
}

export const orderBy = (columns: readonly string[], descending: boolean) =>
  raw(`ORDER BY ${columns.map((column) => `${column} ${descending ? 'DESC' : 'ASC'}`).join(', ')}`)

/**
 * The products of a part that pass.
 * @param ofRow whether what is selected, or what they are ordered by, needs columns of `products`
 * @param rest what follows the conditions
 */
export function selectFrom(
  dialect: Dialect,
  { walk, part, ofRow }: { walk: Walk; part: Part; ofRow: boolean },
  columns: Sql,
  rest: Sql,
): Sql {
  const { source, conditions } = walk
  const joined = source.ofTerms && (ofRow || walk.ofRow)
  const asked = [...source.filters, ...(joined ? [isLive] : []), ...conditions]
  return sql`SELECT ${columns} FROM ${joined ? withProducts(dialect, source) : source.from}
    ${where([...rangeOf(dialect, walk, part), ...asked])} ${rest}`
}

/** What a row of a walk costs. */
const costOf = ({ source, ofRow, conditions }: Walk) =>
  source.ofTerms && !ofRow && conditions.length === 0 ? INDEX_ROW : TABLE_ROW

/** The key of the row that is `rows` behind `after`; undefined where the source ends before. */
async function endOf(
  { db }: Listing,
  walk: Walk,
  after: Key | undefined,
  rows: number,
): Promise<Key | undefined> {
  const { source, descending } = walk
  const { columns } = source
  const keys = columns.map((column, i) => raw(`${column} AS k${i}`))
  const [row] = await db.read.$queryRaw<Record<string, string | number>[]>(sql`
    SELECT ${join(keys)} FROM ${source.from} ${where(rangeOf(db.dialect, walk, { after, end: undefined }))}
    ${orderBy(columns, descending)} LIMIT 1 OFFSET ${rows - 1}`)
  return row && Object.values(row)
}

/** What is done with a part of a walk: `read` runs a query over all of it, as a step. */
export interface Step extends Part {
  rows: number
  read<T>(query: Sql): Promise<T>
}

/** Cuts a walk into parts, each about as long as a step may take. */
export async function* partsOf(listing: Listing, walk: Walk): AsyncGenerator<Step> {
  const { work, limits, db } = listing
  const longest = Math.ceil(limits.longestStep / costOf(walk))
  let after = walk.after
  for (let rows = limits.firstStep; ; rows = Math.min(work.next(rows), longest)) {
    const from = after
    const length = rows
    const end = await work.step(length * INDEX_ROW, () => endOf(listing, walk, from, length))
    const read = <T>(query: Sql) => work.step(length * costOf(walk), () => db.read.$queryRaw<T>(query))
    yield { after, end, rows, read }
    if (!end) return
    after = end
  }
}

/** The range of all that a source has. */
export const wholeOf = (dialect: Dialect, source: Source) =>
  where(
    rangeOf(
      dialect,
      { source, descending: false, conditions: [], ofRow: false },
      { after: undefined, end: undefined },
    ),
  )
