import { raw, sql } from '../../db/sql.js'
import { idOf, inOrderOf, type Source } from './access-paths.js'
import { type Filter, predicatesOf, priceBounds, type Restriction, restrictionsOf } from './filters.js'
import { type Listing, orderBy, type Scan, selectFrom, slicesOf } from './index-scan.js'
import { COLUMNS, type ListQuery, type ListRow, rowsOf } from './list-rows.js'
import { GROWTH, mostSelective } from './selectivity.js'
import { type Key, type SortName, sorts } from './sort-and-cursor.js'
import { collect } from './top-rows.js'

/** The rows of a page, in list order. */
export interface Selected {
  rows: ListRow[]
  /** The key to resume after, when the search stopped at its cost budget. */
  stoppedAt?: Key | undefined
}

const notOfPrice = (restrictions: Restriction[]) => restrictions.filter(({ about }) => about !== 'price')

/** Returns whether a source is in list order: those ordered by id are, for lists by creation time. */
const isInOrder = ({ columns }: Source, sort: SortName) =>
  sorts[sort].column === undefined && columns.length === 1

/**
 * Returns whether `key` precedes every row of the filter's price range: its cursor may stem from a list
 * without that range.
 */
function isBeforeAll(key: Key, sort: SortName, { minPrice, maxPrice }: Filter): boolean {
  const { column, descending } = sorts[sort]
  if (column !== 'price') return false
  const price = Number(key[0])
  return descending ? price > (maxPrice ?? price) : price < (minPrice ?? price)
}

/** Plans the scan in list order over the fewest rows: along the rarest word where possible. */
function scanInOrder({ db }: Listing, restrictions: Restriction[], query: ListQuery): Scan {
  const { sort, after, filter } = query
  const own = restrictions.find(({ source }) => isInOrder(source, sort))
  const source = own?.source ?? inOrderOf(db.dialect, sort, priceBounds(filter))
  // In price order the price bounds are the ends of the range.
  const asked = sorts[sort].column === 'price' ? notOfPrice(restrictions) : restrictions
  return {
    source,
    descending: sorts[sort].descending,
    after: after && isBeforeAll(after, sort, filter) ? undefined : after,
    ...predicatesOf(asked, filter, source),
  }
}

/** Reads a page of a list without predicates straight from the index of its order. */
async function cut(listing: Listing, scan: Scan, { take, offset }: ListQuery): Promise<ListRow[]> {
  const { db, work } = listing
  const { source, descending } = scan
  const slice = { after: scan.after, end: undefined }
  const rest = sql`${orderBy(source.columns, descending)} LIMIT ${take} OFFSET ${offset}`
  if (offset === 0) {
    const page = selectFrom(db.dialect, { scan, slice, ofRow: true }, COLUMNS, rest)
    return work.step(take, () => db.read.$queryRaw<ListRow[]>(page))
  }
  // Skip the offset in the index alone.
  const ids = selectFrom(db.dialect, { scan, slice, ofRow: false }, raw(`${idOf(source)} AS id`), rest)
  const found = await work.step(offset + take, () => db.read.$queryRaw<{ id: string }[]>(ids))
  return rowsOf(
    listing,
    found.map(({ id }) => id),
  )
}

/**
 * Scans until the page is full.
 * @param otherWay called once, after a stretch without a full page; returns the page if a better plan exists
 */
async function fill(
  listing: Listing,
  scan: Scan,
  { take, offset }: ListQuery,
  otherWay: () => Promise<Selected | undefined> = async () => undefined,
): Promise<Selected> {
  const { db, work, limits } = listing
  const order = orderBy(scan.source.columns, scan.descending)
  const rows: ListRow[] = []
  let left = offset
  let walked = 0
  for await (const slice of slicesOf(listing, scan)) {
    let out = 0
    if (left > 0) {
      const passing = selectFrom(db.dialect, { scan, slice, ofRow: false }, sql`COUNT(*) AS n`, sql``)
      const [count] = await slice.read<{ n: bigint }[]>(passing)
      out = Math.min(left, Number(count?.n))
      left -= out
    }
    if (left === 0) {
      const rest = sql`${order} LIMIT ${take - rows.length} OFFSET ${out}`
      rows.push(
        ...(await slice.read<ListRow[]>(selectFrom(db.dialect, { scan, slice, ofRow: true }, COLUMNS, rest))),
      )
    }
    if (rows.length === take) break
    const before = walked
    walked += slice.rows
    const other = before < limits.walked && walked >= limits.walked && slice.end && (await otherWay())
    if (other) return other
    if (slice.end && work.cost >= limits.budget) return { rows, stoppedAt: slice.end }
  }
  return { rows }
}

/**
 * Selects a page without ever scanning the whole table to search or sort it. A list is either driven by a
 * selective condition and sorted, or scanned along an index in list order until the page is full. A bounded
 * count decides, because planner statistics do not estimate how many words share a prefix. All of it runs in
 * short steps and stops at the cost budget.
 */
export async function selectProducts(listing: Listing, query: ListQuery): Promise<Selected> {
  const { db, limits } = listing
  const { filter, sort, queryTerms } = query
  const restrictions = restrictionsOf(db.dialect, filter, queryTerms)
  const scan = scanInOrder(listing, restrictions, query)
  if (scan.conditions.length === 0 && scan.source.filters.length === 0)
    return { rows: await cut(listing, scan, query) }

  // In price order the scan already follows the price index.
  const others = sorts[sort].column === 'price' ? notOfPrice(restrictions) : restrictions
  const startFromLeast = async (least: number, most: number): Promise<Selected | undefined> => {
    const found = await mostSelective(listing, others, least, most)
    if (!found || found.restriction.source === scan.source) return undefined
    if (found.size === 0) return { rows: [] }
    const { source } = found.restriction
    const asked = { source, ...predicatesOf(restrictions, filter, source) }
    if (isInOrder(source, sort)) return fill(listing, { ...scan, ...asked }, query)
    return { rows: await collect(listing, { ...asked, descending: false }, found, query) }
  }
  const isAlongWord = scan.source.ofTerms
  // Along the rarest word, another word is no better.
  if (isAlongWord && others.every(({ about }) => about === 'word')) return fill(listing, scan, query)
  const few = isAlongWord ? undefined : await startFromLeast(limits.few, limits.few)
  if (few) return few
  const next = isAlongWord ? limits.few : limits.few * GROWTH
  return fill(listing, scan, query, () => startFromLeast(next, limits.many))
}
