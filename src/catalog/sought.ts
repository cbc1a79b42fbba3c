import { join, raw, type Sql, sql } from '../db/sql.js'
import type { Reader } from '../db/types.js'

/** A word that is searched for. */
export interface Sought {
  word: string
  /** The term that begins with it, where that is one alone of all there are. */
  term: string | undefined
}

// Stands behind all that begins with a word when it is put behind that word: no letter has this code point.
const LAST_CODE_POINT = '\u{10FFFF}'

/** The bounds of the terms that begin with `word`. */
export const boundsOf = (word: string, column: string) => ({
  least: [sql`${raw(column)} >= ${word}`],
  most: [sql`${raw(column)} < ${word + LAST_CODE_POINT}`],
})

/** A condition on a row of `product_terms`: that its term begins with `word`. */
export const begins = (word: string): Sql => sql`term >= ${word} AND term < ${word + LAST_CODE_POINT}`

/**
 * What the index has of each of `words`, the rarest first: of two terms that one is the rarer whose product number
 * `sample` is further off, from that end of the ids where a list begins. To count all would take longer than most searches.
 */
export async function soughtOf(
  read: Reader,
  words: string[],
  { sample, descending }: { sample: number; descending: boolean },
): Promise<Sought[]> {
  if (words.length === 0) return []
  const direction = raw(descending ? 'DESC' : 'ASC')
  const columns = words.flatMap((word, i) => {
    const terms = sql`FROM product_terms WHERE ${begins(word)}`
    const order = sql`ORDER BY term ${direction}, product_id ${direction}`
    return [
      sql`(SELECT MIN(term) ${terms}) AS ${raw(`first${i}`)}, (SELECT MAX(term) ${terms}) AS ${raw(`last${i}`)}`,
      sql`(SELECT product_id ${terms} ${order} LIMIT 1 OFFSET ${sample}) AS ${raw(`reach${i}`)}`,
    ]
  })
  const [row = {}] = await read.$queryRaw<Record<string, string | null>[]>(sql`SELECT ${join(columns)}`)
  const nowhere = descending ? '' : '~' // further off than any id
  return words
    .map((word, i) => {
      const first = row[`first${i}`]
      const term = first != null && first === row[`last${i}`] ? first : undefined
      return { word, term, reach: row[`reach${i}`] ?? nowhere }
    })
    .sort((a, b) => (a.reach === b.reach ? 0 : a.reach < b.reach === descending ? -1 : 1))
}
