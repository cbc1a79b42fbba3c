import { raw, type Sql, sql } from '../../db/sql.js'
import { INDEX_ROW } from '../../search/budget.js'
import { hasPrefix } from '../../search/prefix.js'
import { idsFrom } from './conditions.js'
import type { Listing } from './listing.js'
import type { FoundWord, Place, Word } from './words.js'

/** The terms that are looked up, of each word. */
const MOST_TERMS = 4

/** Returns the terms of a word to look up, the longest first. */
const lookedUp = ({ terms }: Word): string[] =>
  terms.toSorted((a, b) => b.length - a.length).slice(0, MOST_TERMS)

interface Entry {
  word: number | bigint
  /** The place of the term among those of the word that are looked up. */
  term: number | bigint
  place: Place
  value: string
}

/** Selects the first `rows` entries of a word in each place. */
function entriesOf({ db }: Listing, word: Word, at: number, byCustomer: boolean, rows: number): Sql[] {
  const { alongOrders } = db.dialect
  const { email, idPrefix } = word
  let term = 0
  const page = (place: Place, column: string, from: Sql, holds: Sql, most = rows) => sql`
    SELECT ${raw(`${at} AS word, ${term} AS term, '${place}' AS place, ${column}`)} AS value
    FROM (SELECT ${raw(column)} FROM ${from} WHERE ${holds} LIMIT ${raw(String(most))}) AS ${raw(`page_${place}${at}_${term}`)}`
  const pages: Sql[] = []
  const terms = lookedUp(word)
  for (const [i, one] of terms.entries()) {
    term = i
    pages.push(page('product', 'product_id', sql`product_terms`, hasPrefix(one)))
    pages.push(page('former', 'product_id', sql`former_terms`, hasPrefix(one)))
    if (byCustomer) pages.push(page('user', 'user_id', sql`user_terms`, hasPrefix(one)))
  }
  // An address that begins with the only term is an entry of that term already.
  if (byCustomer && (terms.length > 1 || email !== terms[0]))
    pages.push(page('email', 'user_id', sql`user_terms`, hasPrefix(email)))
  if (idPrefix !== undefined) {
    pages.push(page('order', 'id', sql`orders ${alongOrders.id}`, idsFrom('id', idPrefix), 1))
    const checkouts = sql`orders ${alongOrders.checkout}`
    pages.push(page('checkout', 'checkout_id', checkouts, idsFrom('checkout_id', idPrefix)))
  }
  return pages
}

/** Looks up words in the indexes. One without a place is in no order. */
export async function findWords(listing: Listing, words: Word[], byCustomer: boolean): Promise<FoundWord[]> {
  const { db, work, limits } = listing
  const rows = limits.lists + 1
  const pages = words.flatMap((word, at) => entriesOf(listing, word, at, byCustomer, rows))
  const entries =
    pages.length === 0
      ? []
      : await work.step(rows * pages.length * INDEX_ROW, () =>
          db.read.$queryRaw<Entry[]>(pages.reduce((all, one) => sql`${all} UNION ALL ${one}`)),
        )
  return words.map((word, at): FoundWord => {
    const all = entries.filter((entry) => Number(entry.word) === at)
    const terms = lookedUp(word)
    const isOfTerm = ({ place }: Entry) => place === 'product' || place === 'former' || place === 'user'
    const ofTerm = terms.map((_, i) => all.filter((entry) => isOfTerm(entry) && Number(entry.term) === i))
    // All terms must occur, so the one with the fewest entries stands for the others.
    const rarest = ofTerm.reduce(
      (least, { length }, i) => (length < (ofTerm[least]?.length ?? 0) ? i : least),
      0,
    )
    const own = [...(ofTerm[rarest] ?? []), ...all.filter((entry) => !isOfTerm(entry))]
    const valuesOf = (...places: Place[]): string[] | undefined => {
      const lists = places.map((place) => own.filter((entry) => entry.place === place))
      if (lists.some((list) => list.length >= rows)) return undefined
      return [...new Set(lists.flat().map(({ value }) => value))]
    }
    return {
      ...word,
      term: terms[rarest],
      places: new Set(own.map(({ place }) => place)),
      products: valuesOf('product', 'former'),
      users: valuesOf('user', 'email'),
      checkouts: valuesOf('checkout'),
    }
  })
}
