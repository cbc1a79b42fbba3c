import type { Dialect } from '../db/dialect.js'
import { join, raw, type Sql, sql } from '../db/sql.js'
import type { Reader } from '../db/types.js'
import type { Restriction } from './restrictions.js'

/** A restriction, and about how many products pass it. */
export interface Sized extends Restriction {
  size: number
  /** The counting ended at its bound: there are more, nobody knows how many. */
  unbounded: boolean
}

/** `restrictions` by how many products pass, fewest first; beyond `cap` they are not told apart. */
export async function sizesOf(read: Reader, restrictions: Restriction[], cap: number): Promise<Sized[]> {
  const counts = restrictions.map(
    ({ matches }, i) =>
      sql`(SELECT COUNT(*) FROM (${matches} LIMIT ${cap + 1}) AS capped) AS ${raw(`n${i}`)}`,
  )
  const [row = {}] = await read.$queryRaw<Record<string, bigint>[]>(sql`SELECT ${join(counts)}`)
  return restrictions
    .map((restriction, i) => ({ ...restriction, size: Number(row[`n${i}`]) }))
    .map((sized) => ({ ...sized, unbounded: sized.size > cap }))
    .sort((a, b) => a.size - b.size)
}

/** To look one product up costs about as much as to sort this many ids. */
const IDS_A_LOOKUP = 8

/** Where a list starts: the products that pass some restrictions, and what is still to be asked of their rows. */
export interface Start {
  /** A query of ids, each once. */
  ids: Sql
  others: Restriction[]
}

/**
 * Starts a list from the smallest of `sized`, intersected with all that are not much larger: sets of ids are merged
 * more quickly than so many products are looked up one by one. Where all are large, two are merged.
 */
export function startOf(sized: Sized[]): Start {
  const [least] = sized
  const bound = (least?.size ?? 0) * IDS_A_LOOKUP
  const merged = least?.unbounded
    ? sized.slice(0, 2)
    : sized.filter(({ size, unbounded }) => !unbounded && size <= bound)
  const others = sized.filter((restriction) => !merged.includes(restriction))
  const sets = join(
    merged.map(({ matches }) => matches),
    ' INTERSECT ',
  )
  // Grouping also sorts the ids, so that they are looked up in the table page by page.
  const repeats = merged.length === 1 && least?.repeats
  return { ids: repeats ? sql`SELECT id FROM (${sets}) AS passing GROUP BY id` : sets, others }
}

/** The rows of `products` with `ids`, looked up in that order. */
export const rowsOf = ({ driving }: Dialect, ids: Sql) =>
  sql`(${ids}) AS found ${driving} products ON products.id = found.id`
