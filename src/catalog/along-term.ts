import { join, raw, type Sql, sql } from '../db/sql.js'
import type { Restriction } from './restrictions.js'
import { signatureOf } from './signatures.js'
import { begins, type Sought } from './sought.js'

/** By a whole term, where it is known, and not by its beginning: then what is looked up lies close together. */
const has = (id: string, { word, term }: Sought) => sql`
  EXISTS (SELECT 1 FROM product_terms WHERE product_id = ${raw(id)} AND ${term === undefined ? begins(word) : sql`term = ${term}`})`

/**
 * A query of the ids of all products that have each word of `sought`. The products of one term stand in the index in the
 * order of ids: so one term is walked, and each product asked for the others. The signature in the row that is walked
 * anyway spares most products that. Undefined where each word begins several terms.
 * @param sought the first one that begins one term alone is walked: put the rarest first
 * @param limits conditions on the row that is walked
 */
export function alongTerm(sought: Sought[], limits: Sql[] = []): Sql | undefined {
  const walked = sought.find(({ term }) => term !== undefined)
  if (!walked) return undefined
  const others = sought.filter((one) => one !== walked)
  const known = others.flatMap(({ term }) => term ?? [])
  const mask = BigInt(signatureOf(known))
  const conditions = [
    sql`walked.term = ${walked.term}`,
    ...limits,
    ...(known.length > 0 ? [sql`walked.signature & ${mask} = ${mask}`] : []),
    ...others.map((one) => has('walked.product_id', one)),
  ]
  return sql`SELECT walked.product_id AS id FROM product_terms AS walked WHERE ${join(conditions, ' AND ')}`
}

/** Whether each word of `sought` begins one term alone. */
export const isEachSole = (sought: Sought[]) => sought.every(({ term }) => term !== undefined)

const wordRestriction = (word: string): Restriction => ({
  matches: sql`SELECT product_id AS id FROM product_terms WHERE ${begins(word)}`,
  repeats: true,
  holds: has('products.id', { word, term: undefined }),
})

/** The restrictions to products that have each word of `sought`: a single one where `isEachSole`. */
export function wordRestrictions(sought: Sought[]): Restriction[] {
  const matches = isEachSole(sought) ? alongTerm(sought) : undefined
  if (!matches) return sought.map(({ word }) => wordRestriction(word))
  const holds = join(
    sought.map((one) => has('products.id', one)),
    ' AND ',
  )
  return [{ matches, repeats: false, holds }]
}
