import type { Dialect } from '../db/dialect.js'
import { join, raw, type Sql, sql } from '../db/sql.js'
import type { Reader } from '../db/types.js'
import type { ListQuery } from './list-queries.js'
import { begins } from './restrictions.js'
import { sorts } from './sorts.js'

/** For each of `words`: the term that begins with it, where that is one alone of all there are. */
async function soleTermsOf(read: Reader, words: string[]): Promise<(string | undefined)[]> {
  const ends = words.flatMap((word, i) => [
    sql`(SELECT MIN(term) FROM product_terms WHERE ${begins(word)}) AS ${raw(`first${i}`)}`,
    sql`(SELECT MAX(term) FROM product_terms WHERE ${begins(word)}) AS ${raw(`last${i}`)}`,
  ])
  const [row = {}] = await read.$queryRaw<Record<string, string | null>[]>(sql`SELECT ${join(ends)}`)
  return words.map((_, i) => {
    const first = row[`first${i}`]
    return first != null && first === row[`last${i}`] ? first : undefined
  })
}

/**
 * The ids of a page of a list in the order of ids, which is to have all of `words` and nothing else is asked of. The
 * products of one term stand in the index in just that order: so one term is walked, and each product asked for the
 * others, until the page is full. Undefined where each word begins several terms, which would have to be sorted.
 * @param words the first one that begins one term alone is walked: put the rarest first
 */
export async function pageAlongTerm(
  read: Reader,
  { compareKeys }: Dialect,
  words: string[],
  { sort, after, take, offset }: ListQuery,
): Promise<Sql | undefined> {
  const terms = await soleTermsOf(read, words)
  const at = terms.findIndex((term) => term !== undefined)
  if (at < 0) return undefined
  const { descending } = sorts[sort]
  const past = after ? [compareKeys(['walked.product_id'], descending ? '<' : '>', after)] : []
  // By a whole term and not by its beginning, for then what is looked up lies close together.
  const others = words.flatMap((word, i) => {
    const asked = terms[i] === undefined ? begins(word) : sql`term = ${terms[i]}`
    const has = sql`EXISTS (SELECT 1 FROM product_terms WHERE product_id = walked.product_id AND ${asked})`
    return i === at ? [] : [has]
  })
  return sql`
    SELECT walked.product_id AS id FROM product_terms AS walked
    WHERE ${join([sql`walked.term = ${terms[at]}`, ...past, ...others], ' AND ')}
    ORDER BY walked.product_id ${raw(descending ? 'DESC' : 'ASC')} LIMIT ${take} OFFSET ${offset}`
}
