import type { Reader } from '../../db/db.js'
import { join, raw, sql } from '../../db/sql.js'
import { hasPrefix, LAST_CODE_POINT } from '../../search/prefix.js'

/** A word of the query. */
export interface QueryTerm {
  word: string
  /** The only indexed term with this prefix; undefined if there are none or several. */
  term: string | undefined
}

/** Returns the range bounds of terms with the prefix `word`. */
export const boundsOf = (word: string, column: string) => ({
  least: [sql`${raw(column)} >= ${word}`],
  most: [sql`${raw(column)} < ${word + LAST_CODE_POINT}`],
})

/**
 * Looks up `words` in the index and orders them by estimated rarity: the further a term's posting number
 * `sample` lies from the end of the ids where the list begins, the rarer the term. A full count would take
 * longer than most searches.
 */
export async function findQueryTerms(
  read: Reader,
  words: string[],
  { sample, descending }: { sample: number; descending: boolean },
): Promise<QueryTerm[]> {
  if (words.length === 0) return []
  const direction = raw(descending ? 'DESC' : 'ASC')
  const columns = words.flatMap((word, i) => {
    const terms = sql`FROM product_terms WHERE ${hasPrefix(word)}`
    const order = sql`ORDER BY term ${direction}, product_id ${direction}`
    return [
      sql`(SELECT MIN(term) ${terms}) AS ${raw(`first${i}`)}, (SELECT MAX(term) ${terms}) AS ${raw(`last${i}`)}`,
      sql`(SELECT product_id ${terms} ${order} LIMIT 1 OFFSET ${sample}) AS ${raw(`reach${i}`)}`,
    ]
  })
  const [row = {}] = await read.$queryRaw<Record<string, string | null>[]>(sql`SELECT ${join(columns)}`)
  const nowhere = descending ? '' : '~' // beyond any id
  return words
    .map((word, i) => {
      const first = row[`first${i}`]
      const term = first != null && first === row[`last${i}`] ? first : undefined
      return { word, term, reach: row[`reach${i}`] ?? nowhere }
    })
    .sort((a, b) => (a.reach === b.reach ? 0 : a.reach < b.reach === descending ? -1 : 1))
}
