import { raw, type Sql, sql } from '../db/sql.js'
import type { Db } from '../db/types.js'
import { alongTerm, isEachSole } from './along-term.js'
import type { ListLimits } from './limits.js'
import type { VersionedRow } from './product.js'
import { type Filter, forSale, inStock, type Restrictions, restrictionsOf, where } from './restrictions.js'
import { rowsOf, type Sized, sizesOf, startOf } from './sizes.js'
import { type Key, keyColumns, type SortName, type SortRow, sorts } from './sorts.js'
import { type Sought, soughtOf } from './sought.js'

export interface ListQuery {
  filter: Filter
  sort: SortName
  /** The row that the list goes on after. */
  after: Key | undefined
  /** Rows left out before the first. */
  offset: number
  /** Rows wanted. */
  take: number
}

export type ListRow = VersionedRow & SortRow

const COLUMNS = raw(`products.id, products.name, products.price, products.stock, products.version,
  products.created_at AS createdAt, products.updated_at AS updatedAt, products.name_sort AS nameSort`)

const orderOf = (sort: SortName) => {
  const direction = sorts[sort].descending ? 'DESC' : 'ASC'
  return raw(`ORDER BY ${keyColumns(sort).map((column) => `${column} ${direction}`)}`)
}

/**
 * The queries behind lists of products. None reads the whole table to search or sort it: a list either starts from
 * the few products that pass one of its restrictions, or walks an index in its order until the page is full. Which
 * it is, is settled by counting first, up to a bound: what a database's planner knows of its columns doesn't tell
 * how many words begin with some letters. A walk that finds too little is given up for the first way.
 */
export function createListQueries({ read, dialect }: Db, limits: ListLimits) {
  const past = (sort: SortName, key: Key) =>
    dialect.compareKeys(keyColumns(sort), sorts[sort].descending ? '<' : '>', key)
  const upTo = (sort: SortName, key: Key) =>
    dialect.compareKeys(keyColumns(sort), sorts[sort].descending ? '>=' : '<=', key)

  function select(from: Sql, conditions: Sql[], { sort, take, offset }: ListQuery): Promise<ListRow[]> {
    const rest = sql`FROM ${from} ${where(conditions)} ${orderOf(sort)} LIMIT ${take}`
    if (offset === 0) return read.$queryRaw(sql`SELECT ${COLUMNS} ${rest}`)
    // The rows left out are passed over in the index; those of the page alone are fetched.
    return selectPage(sql`SELECT products.id ${rest} OFFSET ${offset}`, sort)
  }

  const selectPage = (ids: Sql, sort: SortName): Promise<ListRow[]> =>
    read.$queryRaw(sql`
      SELECT ${COLUMNS} FROM (${ids}) AS page
      ${dialect.driving} products ON products.id = page.id ${orderOf(sort)}`)

  /** The range of the order's index that can hold what is asked for. */
  function rangeOf({ sort, after, filter: { minPrice, maxPrice } }: ListQuery): { start: Sql[]; end: Sql[] } {
    const { column, descending } = sorts[sort]
    const start = after ? [past(sort, after)] : []
    if (column !== 'price') return { start, end: [] }
    const least = minPrice === undefined ? [] : [sql`products.price >= ${minPrice}`]
    const most = maxPrice === undefined ? [] : [sql`products.price <= ${maxPrice}`]
    // A range has one start: the cursor, unless it is one of a list without these bounds and stands before them.
    const price = Number(after?.[0])
    if (descending) return { start: after && !(price > (maxPrice ?? price)) ? start : most, end: least }
    return { start: after && !(price < (minPrice ?? price)) ? start : least, end: most }
  }

  /** Key of the last row that a bounded walk meets; undefined where the range ends before. */
  async function walkEnd(range: Sql[], sort: SortName): Promise<Key | undefined> {
    const [row] = await read.$queryRaw<Record<string, string | number>[]>(sql`
      SELECT ${raw(`${keyColumns(sort)}`)} FROM products ${where([forSale, ...range])}
      ${orderOf(sort)} LIMIT 1 OFFSET ${limits.walked - 1}`)
    return row && Object.values(row)
  }

  /** A walk along the index of the order, over `range` of it. */
  function walk(range: Sql[], { words, price, stock }: Restrictions, query: ListQuery) {
    const { filter, sort, offset } = query
    // Along the prices themselves their bounds are the ends of the range.
    const asked = [...words, ...stock, ...(sorts[sort].column === 'price' ? [] : price)]
    const conditions = [...asked.map(({ holds }) => holds), ...inStock(dialect, filter, offset > limits.deep)]
    return select(sql`products`, [forSale, ...range, ...conditions], query)
  }

  /** From the products that pass the strictest of `sized`: those that pass all, sorted. */
  function startFrom(sized: Sized[], query: ListQuery) {
    const { filter, sort, after, take, offset } = query
    const { ids, others } = startOf(sized)
    const conditions = [...others.map(({ holds }) => holds), ...inStock(dialect, filter, false)]
    const { column, descending } = sorts[sort]
    if (column !== undefined || conditions.length > 0)
      return select(
        rowsOf(dialect, ids),
        [forSale, ...(after ? [past(sort, after)] : []), ...conditions],
        query,
      )
    // Nothing is asked of the rows, not even for the order, so the page is cut from the ids.
    const cursor = after ? [dialect.compareKeys(['id'], descending ? '<' : '>', after)] : []
    const page = sql`
      SELECT id FROM (${ids}) AS found ${where(cursor)} ORDER BY id ${raw(descending ? 'DESC' : 'ASC')}
      LIMIT ${take} OFFSET ${offset}`
    return selectPage(page, sort)
  }

  /** The ids of the page of a list in the order of ids of which nothing but `sought` is asked. */
  function pageAlongTerm(sought: Sought[], { sort, after, take, offset }: ListQuery): Sql | undefined {
    const { descending } = sorts[sort]
    const past = after ? [dialect.compareKeys(['walked.product_id'], descending ? '<' : '>', after)] : []
    const ids = alongTerm(sought, past)
    const direction = raw(descending ? 'DESC' : 'ASC')
    return ids && sql`${ids} ORDER BY walked.product_id ${direction} LIMIT ${take} OFFSET ${offset}`
  }

  /** The rows of the list, in its order. */
  return async function selectProducts(query: ListQuery): Promise<ListRow[]> {
    const { filter, sort, take } = query
    const { column, descending } = sorts[sort]
    const sought = await soughtOf(read, filter.words, { sample: limits.sample, descending })
    const restrictions = restrictionsOf(dialect, filter, sought)
    const { words, price, stock } = restrictions
    const { start, end } = rangeOf(query)
    const asked = [...words, ...stock, ...price]
    if (asked.length === (column === 'price' ? price.length : 0))
      return walk([...start, ...end], restrictions, query)

    const isInOrder = asked.length === words.length && filter.inStock === undefined && column === undefined
    const page = isInOrder ? pageAlongTerm(sought, query) : undefined
    if (page && isEachSole(sought)) return selectPage(page, sort)

    const sizes = await sizesOf(read, asked, limits.few)
    const least = sizes[0]?.size ?? 0
    if (least === 0) return []
    if (least <= limits.few) return startFrom(sizes, query)
    if (page) return selectPage(page, sort)
    const last = await walkEnd([...start, ...end], sort)
    const rows = await walk([...start, ...(last ? [upTo(sort, last)] : end)], restrictions, query)
    if (rows.length === take || !last) return rows
    return startFrom(await sizesOf(read, asked, limits.many), query)
  }
}
