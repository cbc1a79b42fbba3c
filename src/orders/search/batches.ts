import { join, type Sql, sql } from '../../db/sql.js'
import { INDEX_ROW, TABLE_ROW } from '../../search/budget.js'
import { allOf, isIn, where } from './clauses.js'
import type { About } from './conditions.js'
import { leadingLists } from './first-orders.js'
import { intersect } from './id-ranges.js'
import { keysWithin } from './keys-within.js'
import type { Listing } from './listing.js'
import { MergedKeys } from './merged-keys.js'
import type { Key } from './sort-and-cursor.js'
import { everything, type KeyRange, orderOf, type Postings, rangeOf, type Source, source } from './sources.js'

/** Some orders of a source. */
export interface Batch {
  /** The table, with the index of its range. */
  from: Sql
  /** The condition that holds for them alone. */
  where: Sql
  /** Maximum number of its orders. */
  rows: number
  /** The key of the last; undefined if no more follow. */
  end: Key | undefined
  /** The conditions they are known to satisfy. */
  covers: About[]
}

export interface Walk {
  descending: boolean
  /** The key to start after. */
  after: Key | undefined
  /** Rows in the first batch. */
  first: number
  /** Returns the number of rows that a reader is likely to need still; all by default. */
  needed?(): number
}

/** From a thousand values on, MariaDB turns `IN (…)` into a subquery and scans the whole table. */
const MOST_IDS = 500
const MOST_LISTS = 900
/** The cost of a row that is compared with names in it alone; the time of each step shows that of others. */
const LEAST_COST = TABLE_ROW / 2
const GROWTH = 2
const GROWTH_OF_LISTS = 16
/** Up to so many keys are read at once from the lists that lead, and more of them a few from each list at a time. */
const KEYS_PER_LIST = 4
const MOST_KEYS = 2_000

const batchOf = ({ db }: Listing, covers: About[], keys: Key[], end: Key | undefined): Batch => ({
  from: sql`orders ${db.dialect.alongOrders.id}`,
  where: sql`orders.id IN (${join(keys.map((key) => key.at(-1)))})`,
  rows: keys.length,
  end,
  covers,
})

/** Returns the size of the batch after one of `rows`: larger, but not beyond what is needed. */
function grown({ work, limits }: Listing, { first, needed }: Walk, rows: number, most: number): number {
  const larger = Math.min(GROWTH * rows, Math.max(rows, work.next(rows)))
  const enough = needed ? Math.max(first, needed()) : larger
  return Math.max(1, Math.min(larger, enough, Math.floor(limits.maxStep / LEAST_COST), most))
}

/** Splits the range of ids of a single list of the table into batches. */
async function* slices(listing: Listing, covers: About[], list: Postings, walk: Walk): AsyncGenerator<Batch> {
  const { db, work } = listing
  const { descending } = walk
  const { from, column, values } = list
  const fixed = [...list.fixed, ...(column === undefined ? [] : [isIn(column, values)])]
  let after = walk.after
  for (let rows = walk.first; ; rows = grown(listing, walk, rows, Number.POSITIVE_INFINITY)) {
    const rest = { byTotal: false, descending, after }
    const last = sql`SELECT id FROM ${from} ${where([...fixed, ...rangeOf(db.dialect, list, rest)])}
      ORDER BY ${orderOf(rest)} LIMIT 1 OFFSET ${rows - 1}`
    const [row] = await work.step(rows * INDEX_ROW, () => db.read.$queryRaw<{ id: string }[]>(last))
    const end = row && [row.id]
    const range = [...fixed, ...rangeOf(db.dialect, list, { ...rest, until: end })]
    yield { from, where: range.length === 0 ? sql`1 = 1` : allOf(range), rows, end, covers }
    if (!end) return
    after = end
  }
}

/** Splits sorted keys into batches. */
function* sorted(
  listing: Listing,
  covers: About[],
  keys: Key[],
  walk: Walk & Pick<KeyRange, 'until'>,
): Generator<Batch> {
  for (
    let at = 0, rows = Math.min(walk.first, MOST_IDS);
    at < keys.length;
    rows = grown(listing, walk, rows, MOST_IDS)
  ) {
    const next = keys.slice(at, at + rows)
    at += next.length
    yield batchOf(listing, covers, next, at === keys.length ? walk.until : next.at(-1))
  }
}

/** Merges posting lists into sorted batches. */
async function* merged(
  listing: Listing,
  { covers, byTotal }: Source,
  postings: Postings[],
  walk: Walk & Pick<KeyRange, 'until'>,
): AsyncGenerator<Batch> {
  const { descending, after, first, until } = walk
  const keys = new MergedKeys(listing, postings, { byTotal, descending, after, until, count: first })
  for (let rows = Math.min(first, MOST_IDS); ; rows = grown(listing, walk, rows, MOST_IDS)) {
    const next = await keys.next(rows)
    const isEnd = next.length < rows
    if (next.length > 0) yield batchOf(listing, covers, next, isEnd ? until : next.at(-1))
    if (isEnd) return
  }
}

/** Merges the lists of a word, as many at a time as lead the others. */
async function* alongWords(listing: Listing, source: Source, walk: Walk): AsyncGenerator<Batch> {
  const { covers, postings, byTotal } = source
  let after = walk.after
  for (let count = walk.first; ; count = Math.min(GROWTH_OF_LISTS * count, MOST_LISTS)) {
    const leading = await leadingLists(listing, source, { ...walk, after, count })
    const { until } = leading
    const lists = [...postings, ...leading.postings]
    const range = { ...walk, byTotal, after, until }
    const most = Math.min(KEYS_PER_LIST * count, MOST_KEYS)
    const keys = lists.length > 0 ? await keysWithin(listing, lists, range, most) : []
    yield* keys
      ? sorted(listing, covers, keys, { ...walk, until })
      : merged(listing, source, lists, { ...walk, after, until })
    if (!until) return
    after = until
  }
}

/** Reads batches along the index of totals. */
async function* alongTotals(
  listing: Listing,
  covers: About[],
  postings: Postings,
  walk: Walk,
): AsyncGenerator<Batch> {
  const { db, work } = listing
  const { descending } = walk
  let { after } = walk
  for (let rows = Math.min(walk.first, MOST_IDS); ; rows = grown(listing, walk, rows, MOST_IDS)) {
    const rest = { byTotal: true, descending, after }
    const page = sql`SELECT total_price, id FROM ${postings.from} ${where(rangeOf(db.dialect, postings, rest))}
      ORDER BY ${orderOf(rest)} LIMIT ${rows}`
    const found = await work.step(rows * INDEX_ROW, () =>
      db.read.$queryRaw<{ total_price: number | bigint; id: string }[]>(page),
    )
    const keys = found.map(({ total_price, id }): Key => [Number(total_price), id])
    const end = found.length < rows ? undefined : keys.at(-1)
    if (keys.length > 0) yield batchOf(listing, covers, keys, end)
    if (!end) return
    after = end
  }
}

function listed(listing: Listing, source: Source, walk: Walk): AsyncGenerator<Batch> {
  const { covers, postings, scans, byTotal } = source
  const [only, ...others] = postings
  if (scans.length > 0) return alongWords(listing, source, walk)
  if (only && others.length === 0) {
    if (only.column === undefined && byTotal) return alongTotals(listing, covers, only, walk)
    if (only.isOfTable && only.values.length < 2) return slices(listing, covers, only, walk)
  }
  return merged(listing, source, postings, walk)
}

/** Returns the part of a source with ids in a range. */
function restrict(source: Source, range: { least?: string; below?: string }): Source {
  const part = <T extends Postings>(postings: T): T => ({ ...postings, ids: intersect(postings.ids, range) })
  return {
    ...source,
    postings: source.postings.map(part),
    scans: source.scans.map((scan) => ({ ...scan, lists: part(scan.lists) })),
  }
}

const NIL = '00000000-0000-0000-0000-000000000000'

/** Returns the orders that the lists lack, to be read from the table. */
const restOfOrders = ({ db }: Listing, range: { least?: string }) => source([], everything(db.dialect, range))

/**
 * Reads a source in batches: in the order of its lists, by total and id or by id. One sorted by id is completed with the
 * orders that its lists lack, where they belong; one sorted by total is not.
 */
export async function* batchesOf(listing: Listing, source: Source, walk: Walk): AsyncGenerator<Batch> {
  const { position } = listing
  if (position === undefined || !source.lags || source.byTotal) {
    yield* listed(listing, source, walk)
    return
  }
  // A cursor may point between the parts: it must have the form of an id, and a position may be the beginning of one.
  const border = position + NIL.slice(position.length)
  const { descending } = walk
  const id = String(walk.after?.at(-1) ?? (descending ? '~' : ''))
  const [first, second] = descending
    ? [restOfOrders(listing, { least: border }), restrict(source, { below: border })]
    : [restrict(source, { below: `${border}!` }), restOfOrders(listing, { least: `${border}!` })]
  const isInFirst = descending ? id > border : id < border
  if (isInFirst)
    for await (const batch of listed(listing, first, walk)) yield { ...batch, end: batch.end ?? [border] }
  yield* listed(listing, second, isInFirst ? { ...walk, after: undefined } : walk)
}

/** Reads all of a source in batches, in any order. */
export async function* allBatchesOf(listing: Listing, source: Source, first: number): AsyncGenerator<Batch> {
  const { position } = listing
  const walk = { descending: true, after: undefined, first }
  yield* batchesOf(listing, source, walk)
  if (position !== undefined && source.byTotal)
    yield* listed(listing, restOfOrders(listing, { least: position }), walk)
}
