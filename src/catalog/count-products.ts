import { type Sql, sql } from '../db/sql.js'
import type { Db } from '../db/types.js'
import type { ListLimits } from './limits.js'
import { type Filter, forSale, restrictionsOf, where } from './restrictions.js'
import { rowsOf, sizesOf, startOf } from './sizes.js'

/** How many products for sale pass `filter`. */
export async function countProducts(db: Db, filter: Filter, limits: ListLimits): Promise<number> {
  if (filter.inStock) {
    // What is sold out is the smaller part as a rule, and has an index.
    const whole = await countProducts(db, { ...filter, inStock: undefined }, limits)
    return whole - (await countProducts(db, { ...filter, inStock: false }, limits))
  }
  const { read, dialect } = db
  const { words, price, stock } = restrictionsOf(dialect, filter)
  const asked = [...words, ...price, ...stock]
  if (asked.length === 0) return countRows(db, sql`products ${where([forSale])}`)
  const { ids, others } = startOf(await sizesOf(read, asked, limits.many))
  if (others.length === 0) return countRows(db, sql`(${ids}) AS found`)
  return countRows(db, sql`${rowsOf(dialect, ids)} ${where(others.map(({ holds }) => holds))}`)
}

async function countRows({ read }: Db, from: Sql): Promise<number> {
  const [row] = await read.$queryRaw<{ n: bigint }[]>(sql`SELECT COUNT(*) AS n FROM ${from}`)
  return Number(row?.n)
}
