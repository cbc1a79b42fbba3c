import { join, raw, sql } from '../../db/sql.js'
import { INDEX_ROW } from '../../search/budget.js'
import { LAST_CODE_POINT } from '../../search/prefix.js'
import { where } from './clauses.js'
import type { Listing } from './listing.js'
import { compareKeys, type Key } from './sort-and-cursor.js'
import { orderOf, type Postings, rangeOf, type Source, type TermScan } from './sources.js'

/** The cost of an entry of a word: of its signature, or of finding the first order of its list. */
const LIST = 4
/** The digits of a total in the key of `Dialect.orderLists.productTotal`. */
const TOTAL_DIGITS = 20

interface Range {
  descending: boolean
  after: Key | undefined
  /** How many lists to return. */
  count: number
}

/** A list, and the key of its first order after the range's beginning. */
interface First {
  scan: TermScan
  value: string
  key: Key
}

const parse = (key: string, byTotal: boolean): Key =>
  byTotal ? [Number(key.slice(0, TOTAL_DIGITS)), key.slice(TOTAL_DIGITS)] : [key]

/** Splits a scan of a term index into slices, and reads the first orders of each. */
async function firstsOf(
  { db, work, limits }: Listing,
  scan: TermScan,
  byTotal: boolean,
  { descending, after, count }: Range,
): Promise<{ firsts: First[]; isAll: boolean }> {
  const { compareKeys: compare } = db.dialect
  const { table, owner, prefix, term, filters, lists, key } = scan
  const range = { byTotal, descending, after }
  const direction = raw(descending ? 'DESC' : 'ASC')
  const isOwn = sql`${raw(`${lists.column} = walked.${owner}`)}`
  const holds = [isOwn, ...lists.fixed, ...rangeOf(db.dialect, lists, range)]
  // Sorts behind every key.
  const none = descending ? '' : '~'
  const first = sql`COALESCE((SELECT ${key} FROM ${lists.from} ${where(holds)} ORDER BY ${orderOf(range)} LIMIT 1), ${none})`
  // Within one term, the range is one of owners: comparing pairs takes SQLite twice as long.
  const places = [...(term === undefined ? ['walked.term'] : []), `walked.${owner}`]
  const own =
    term === undefined
      ? {
          fixed: [],
          least: [sql`walked.term >= ${prefix}`],
          most: [sql`walked.term < ${prefix + LAST_CODE_POINT}`],
        }
      : { fixed: [sql`walked.term = ${term}`], least: [], most: [] }
  const firsts: First[] = []
  let isAll = true
  let at: Key | undefined
  for (let rows = limits.firstStep; ; rows = Math.min(work.next(rows), Math.ceil(limits.maxStep / LIST))) {
    const least = [...own.fixed, ...(at ? [compare(places, '>', at)] : own.least)]
    const last = sql`SELECT walked.term AS term, ${raw(`walked.${owner}`)} AS owner FROM ${raw(table)} AS walked
      ${where([...least, ...own.most])} ORDER BY ${join(places.map((place) => raw(place)))} LIMIT 1 OFFSET ${rows - 1}`
    const [end] = await work.step(rows * INDEX_ROW, () =>
      db.read.$queryRaw<{ term: string; owner: string }[]>(last),
    )
    const next = end && (term === undefined ? [end.term, end.owner] : [end.owner])
    const stop = next ? [compare(places, '<=', next)] : own.most
    const found = await work.step(rows * LIST, () =>
      db.read.$queryRaw<{ value: string; first: string }[]>(sql`
        SELECT ${raw(`walked.${owner}`)} AS value, ${first} AS first FROM ${raw(table)} AS walked
        ${where([...least, ...stop, ...filters])} ORDER BY first ${direction} LIMIT ${count}`),
    )
    const nonEmpty = found.filter((row) => row.first !== none)
    firsts.push(...nonEmpty.map((row) => ({ scan, value: row.value, key: parse(row.first, byTotal) })))
    if (nonEmpty.length === count) isAll = false
    if (!next) return { firsts, isAll }
    at = next
  }
}

/** Lists whose next orders precede those of all others. */
export interface Leading {
  postings: Postings[]
  /** The last key that no other list may precede; undefined if there are no others. */
  until: Key | undefined
}

/** Returns the lists of a source that have the first orders of a range. */
export async function leadingLists(
  listing: Listing,
  { scans, byTotal }: Source,
  range: Range,
): Promise<Leading> {
  const all: First[] = []
  let isAll = true
  for (const scan of scans) {
    const found = await firstsOf(listing, scan, byTotal, range)
    all.push(...found.firsts)
    isAll &&= found.isAll
  }
  const sign = range.descending ? -1 : 1
  const leading = all.sort((a, b) => sign * compareKeys(a.key, b.key)).slice(0, range.count)
  if (leading.length < all.length) isAll = false
  return {
    postings: scans.flatMap((scan) => {
      const values = [...new Set(leading.flatMap((list) => (list.scan === scan ? [list.value] : [])))]
      return values.length > 0 ? [{ ...scan.lists, values }] : []
    }),
    until: isAll ? undefined : leading.at(-1)?.key,
  }
}
