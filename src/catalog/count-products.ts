import { type Sql, sql } from '../db/sql.js'
import type { Db } from '../db/types.js'
import type { ListLimits } from './limits.js'
import { type Filter, forSale, restrictionsOf, where } from './restrictions.js'
import { rowsOf, sizesOf, startOf } from './sizes.js'
import { type Sought, soughtOf } from './sought.js'

/** How many products for sale pass `filter`. */
export async function countProducts(db: Db, filter: Filter, limits: ListLimits): Promise<number> {
  const sought = await soughtOf(db.read, filter.words, { sample: limits.sample, descending: true })
  return countSought(db, filter, sought, limits)
}

async function countSought(db: Db, filter: Filter, sought: Sought[], limits: ListLimits): Promise<number> {
  if (filter.inStock) {
    // What is sold out is the smaller part as a rule, and has an index.
    const whole = await countSought(db, { ...filter, inStock: undefined }, sought, limits)
    return whole - (await countSought(db, { ...filter, inStock: false }, sought, limits))
  }
  const { read, dialect } = db
  const { words, price, stock } = restrictionsOf(dialect, filter, sought)
  const asked = [...words, ...price, ...stock]
  if (asked.length === 0) return countRows(db, sql`products ${where([forSale])}`)
  const sizes = await sizesOf(read, asked, limits.many)
  const [least] = sizes
  if (least && sizes.length === 1 && !least.unbounded && !least.repeats) return least.size
  const { ids, others } = startOf(sizes)
  if (others.length === 0) return countRows(db, sql`(${ids}) AS found`)
  return countRows(db, sql`${rowsOf(dialect, ids)} ${where(others.map(({ holds }) => holds))}`)
}

async function countRows({ read }: Db, from: Sql): Promise<number> {
  const [row] = await read.$queryRaw<{ n: bigint }[]>(sql`SELECT COUNT(*) AS n FROM ${from}`)
  return Number(row?.n)
}
