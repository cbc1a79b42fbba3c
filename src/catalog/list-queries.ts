import { raw, sql } from '../db/sql.js'
import { collect } from './collect.js'
import { COLUMNS, type ListQuery, type ListRow, rowsOf } from './list-rows.js'
import { conditionsOf, type Filter, priceBounds, type Restriction, restrictionsOf } from './restrictions.js'
import { GROWTH, leastOf } from './sizes.js'
import { type Key, type SortName, sorts } from './sorts.js'
import { idOf, inOrderOf, type Source } from './sources.js'
import { type Listing, orderBy, partsOf, selectFrom, type Walk } from './walks.js'

/** The rows of a list, in its order. */
export interface Selected {
  rows: ListRow[]
  /** The row behind which the list may go on, where to look any further would have cost too much. */
  stoppedAt?: Key | undefined
}

const notOfPrice = (restrictions: Restriction[]) => restrictions.filter(({ about }) => about !== 'price')

/** Whether a source is in the order of a list: those of ids are, for lists by the time of creation. */
const isInOrder = ({ columns }: Source, sort: SortName) =>
  sorts[sort].column === undefined && columns.length === 1

/** Whether `key` stands before all that `filter` leaves of the list, as that of a list without its bounds may. */
function isBeforeAll(key: Key, sort: SortName, { minPrice, maxPrice }: Filter): boolean {
  const { column, descending } = sorts[sort]
  if (column !== 'price') return false
  const price = Number(key[0])
  return descending ? price > (maxPrice ?? price) : price < (minPrice ?? price)
}

/** The walk that meets the list in its order, and the fewest products beside: along the rarest word where that is possible. */
function walkInOrder({ db }: Listing, restrictions: Restriction[], query: ListQuery): Walk {
  const { sort, after, filter } = query
  const own = restrictions.find(({ source }) => isInOrder(source, sort))
  const source = own?.source ?? inOrderOf(db.dialect, sort, priceBounds(filter))
  // Along the prices themselves their bounds are the ends of the range.
  const asked = sorts[sort].column === 'price' ? notOfPrice(restrictions) : restrictions
  return {
    source,
    descending: sorts[sort].descending,
    after: after && isBeforeAll(after, sort, filter) ? undefined : after,
    ...conditionsOf(asked, filter, source),
  }
}

/** A page of a list without conditions, cut from the index of its order. */
async function cut(listing: Listing, walk: Walk, { take, offset }: ListQuery): Promise<ListRow[]> {
  const { db, work } = listing
  const { source, descending } = walk
  const part = { after: walk.after, end: undefined }
  const rest = sql`${orderBy(source.columns, descending)} LIMIT ${take} OFFSET ${offset}`
  if (offset === 0) {
    const page = selectFrom(db.dialect, { walk, part, ofRow: true }, COLUMNS, rest)
    return work.step(take, () => db.read.$queryRaw<ListRow[]>(page))
  }
  // The rows left out are passed over in the index.
  const ids = selectFrom(db.dialect, { walk, part, ofRow: false }, raw(`${idOf(source)} AS id`), rest)
  const found = await work.step(offset + take, () => db.read.$queryRaw<{ id: string }[]>(ids))
  return rowsOf(
    listing,
    found.map(({ id }) => id),
  )
}

/**
 * Walks until the page is full.
 * @param otherWay is asked once, after a stretch in which the page did not fill; gives the page if there is a better way
 */
async function fill(
  listing: Listing,
  walk: Walk,
  { take, offset }: ListQuery,
  otherWay: () => Promise<Selected | undefined> = async () => undefined,
): Promise<Selected> {
  const { db, work, limits } = listing
  const order = orderBy(walk.source.columns, walk.descending)
  const rows: ListRow[] = []
  let left = offset
  let walked = 0
  for await (const part of partsOf(listing, walk)) {
    let out = 0
    if (left > 0) {
      const passing = selectFrom(db.dialect, { walk, part, ofRow: false }, sql`COUNT(*) AS n`, sql``)
      const [count] = await part.read<{ n: bigint }[]>(passing)
      out = Math.min(left, Number(count?.n))
      left -= out
    }
    if (left === 0) {
      const rest = sql`${order} LIMIT ${take - rows.length} OFFSET ${out}`
      rows.push(
        ...(await part.read<ListRow[]>(selectFrom(db.dialect, { walk, part, ofRow: true }, COLUMNS, rest))),
      )
    }
    if (rows.length === take) break
    const before = walked
    walked += part.rows
    const other = before < limits.walked && walked >= limits.walked && part.end && (await otherWay())
    if (other) return other
    if (part.end && work.cost >= limits.budget) return { rows, stoppedAt: part.end }
  }
  return { rows }
}

/**
 * The queries behind lists of products. None reads the whole table to search or sort it: a list either starts from the few
 * products that pass one of its restrictions, or walks an index in its order until the page is full. Which it is, is settled
 * by counting first, up to a bound: what a database's planner knows of its columns doesn't tell how many words begin with some
 * letters. All of it happens in short steps, and ends when the list has cost its budget.
 */
export async function selectProducts(listing: Listing, query: ListQuery): Promise<Selected> {
  const { db, limits } = listing
  const { filter, sort, sought } = query
  const restrictions = restrictionsOf(db.dialect, filter, sought)
  const walk = walkInOrder(listing, restrictions, query)
  if (walk.conditions.length === 0 && walk.source.filters.length === 0)
    return { rows: await cut(listing, walk, query) }

  // A list by price has the walk along the prices already.
  const others = sorts[sort].column === 'price' ? notOfPrice(restrictions) : restrictions
  const startFromLeast = async (least: number, most: number): Promise<Selected | undefined> => {
    const found = await leastOf(listing, others, least, most)
    if (!found || found.restriction.source === walk.source) return undefined
    if (found.size === 0) return { rows: [] }
    const { source } = found.restriction
    const asked = { source, ...conditionsOf(restrictions, filter, source) }
    if (isInOrder(source, sort)) return fill(listing, { ...walk, ...asked }, query)
    return { rows: await collect(listing, { ...asked, descending: false }, found, query) }
  }
  const isAlongWord = walk.source.ofTerms
  const few = isAlongWord ? undefined : await startFromLeast(limits.few, limits.few)
  if (few) return few
  const next = isAlongWord ? limits.few : limits.few * GROWTH
  return fill(listing, walk, query, () => startFromLeast(next, limits.many))
}
