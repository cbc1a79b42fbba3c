import { raw, type Sql, sql } from '../../db/sql.js'
import { INDEX_ROW } from '../../search/budget.js'
import { isIn, where } from './clauses.js'
import type { Listing } from './listing.js'
import { compareKeys, type Key } from './sort-and-cursor.js'
import { type KeyRange, type Postings, rangeOf } from './sources.js'

/** Returns the keys of posting lists within a range, sorted, or undefined if there are more than `most`. */
export async function keysWithin(
  { db, work }: Listing,
  postings: Postings[],
  range: KeyRange,
  most: number,
): Promise<Key[] | undefined> {
  const { byTotal, descending } = range
  const total = raw(byTotal ? 'total_price' : '0')
  const pages = postings.map((lists, i): Sql => {
    const { from, fixed, column, values } = lists
    const own = column === undefined ? [] : [isIn(column, values)]
    const holds = where([...fixed, ...own, ...rangeOf(db.dialect, lists, range)])
    const page = sql`SELECT ${total} AS total, id FROM ${from} ${holds} LIMIT ${most + 1}`
    return sql`SELECT total, id FROM (${page}) AS ${raw(`page${i}`)}`
  })
  const found = await work.step(most * INDEX_ROW, () =>
    db.read.$queryRaw<{ total: number | bigint; id: string }[]>(
      pages.reduce((all, one) => sql`${all} UNION ALL ${one}`),
    ),
  )
  if (found.length > most) return undefined
  const keys = new Map(
    found.map(({ total, id }): [string, Key] => [id, byTotal ? [Number(total), id] : [id]]),
  )
  const sign = descending ? -1 : 1
  return [...keys.values()].sort((a, b) => sign * compareKeys(a, b))
}
