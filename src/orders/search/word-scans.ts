import { signatureOf } from '../../catalog/search/signatures.js'
import { raw, type Sql, sql } from '../../db/sql.js'
import { INDEX_ROW } from '../../search/budget.js'
import { hasPrefix } from '../../search/prefix.js'
import type { OrderFilter } from './filter.js'
import { idsWithin } from './id-ranges.js'
import type { Listing } from './listing.js'
import {
  byPrefix,
  ofProducts,
  ofProductsByTotal,
  ofUsers,
  type Postings,
  type Source,
  source,
  type TermScan,
} from './sources.js'
import type { FoundWord } from './words.js'

type Table = TermScan['table']

/** A word with its entries in the term indexes of some places, counted up to a limit. */
interface Counted {
  word: FoundWord
  scans: { table: Table; prefix: string }[]
  size: number
}

const TABLES = {
  product: 'product_terms',
  former: 'former_terms',
  user: 'user_terms',
  email: 'user_terms',
} as const
const OF_PRODUCTS = ['product', 'former'] as const
const OF_USERS = ['user', 'email'] as const

async function count(
  { db, work, counts }: Listing,
  word: FoundWord,
  among: readonly (keyof typeof TABLES)[],
  most: number,
): Promise<Counted> {
  const scans = among
    .filter((place) => word.places.has(place))
    .map((place) => ({ table: TABLES[place], prefix: place === 'email' ? word.email : (word.term ?? '') }))
  let size = 0
  for (const scan of scans) {
    size += await counts.count(db, work, scan, most)
    if (size > most) break
  }
  return { word, scans, size }
}

/** Returns the term that each prefix begins; undefined if it begins several, or none. */
async function onlyTerms({ db, work }: Listing, prefixes: Counted['scans']): Promise<(string | undefined)[]> {
  if (prefixes.length === 0) return []
  const end = ({ table, prefix }: Counted['scans'][number], direction: 'ASC' | 'DESC') => sql`
    (SELECT term FROM ${raw(table)} WHERE ${hasPrefix(prefix)} ORDER BY term ${raw(direction)} LIMIT 1)`
  const pages = prefixes.map(
    (one, i) => sql`SELECT ${raw(String(i))} AS i, ${end(one, 'ASC')} AS least, ${end(one, 'DESC')} AS most`,
  )
  const found = await work.step(2 * prefixes.length * INDEX_ROW, () =>
    db.read.$queryRaw<{ i: number | bigint; least: string | null; most: string | null }[]>(
      pages.reduce((all, one) => sql`${all} UNION ALL ${one}`),
    ),
  )
  const only = new Map(found.map(({ i, least, most }) => [Number(i), least === most ? least : null]))
  return prefixes.map((_, i) => only.get(i) ?? undefined)
}

/** Returns the predicates that an entry of `table` belongs to an owner with all `others`. */
function filtersOf(table: Table, owner: TermScan['owner'], others: Counted[], only: string[]): Sql[] {
  const mask = BigInt(table === 'product_terms' ? signatureOf(only) : 0)
  return [
    ...(mask === 0n ? [] : [sql`walked.signature & ${mask} = ${mask}`]),
    ...others.map(
      ({ word }) => sql`
        EXISTS (SELECT 1 FROM ${raw(`${table} WHERE ${owner} = walked.${owner}`)} AND ${hasPrefix(word.term ?? '')})`,
    ),
  ]
}

/** Words that products have, or that customers have, and hardly anything else. */
interface Group {
  words: Counted[]
  rarest: Counted
  lists: Postings
  /** The lists of the few others. */
  beside: Postings[]
}

async function groupOf(
  listing: Listing,
  words: FoundWord[],
  among: readonly (keyof typeof TABLES)[],
  lists: Postings,
  besideOf: (word: FoundWord) => Postings[] | undefined,
  most: number,
): Promise<Group | undefined> {
  const members: Counted[] = []
  const beside: Postings[] = []
  for (const word of words) {
    const isOfId = word.places.has('order') || word.places.has('checkout')
    const others = isOfId || !among.some((place) => word.places.has(place)) ? undefined : besideOf(word)
    if (!others) continue
    members.push(await count(listing, word, among, most))
    beside.push(...others)
  }
  const [rarest] = members.toSorted((a, b) => a.size - b.size)
  return rarest && { words: members, rarest, lists, beside }
}

/** A way to the orders of words, by the lists of all products or customers that have them. */
export interface WordScan {
  source: Source
  /** More orders, which the source lacks because they are not sorted by total. */
  beside: Source | undefined
  /** The approximate cost of a page, in rows that are read and compared with words. */
  cost: number
}

/** The cost of finding the first order of a list: an index lookup, where a row costs one and several for its words. */
const LIST_COST = 1.2
/** The cost of an entry of a word where other words of products leave few entries, by their signatures. */
const SIGNED_COST = 0.9
/** How often the lists are gone through until a page is full, if most of their orders match, and otherwise. */
const ROUNDS = { most: 1, some: 4 }

/**
 * Returns the way to the orders of words that lead to many products or customers. The words of products restrict one another
 * there, as do those of customers; a word of both leads to all of its own.
 * @param byTotal whether lists must be sorted by total: there are none of customers
 * @param rowsLeft the cost of going without
 * @returns undefined if there are too many lists
 */
export async function scanWords(
  listing: Listing,
  filter: OrderFilter,
  byTotal: boolean,
  rowsLeft: number,
): Promise<WordScan | undefined> {
  const { db, limits } = listing
  const { dialect } = db
  const { words } = filter
  const ids = idsWithin(filter)
  const key = byTotal ? dialect.orderLists.productTotal?.key : raw('id')
  const productLists = byTotal ? ofProductsByTotal(dialect, [], filter) : ofProducts(dialect, [], ids)
  if (!key || !productLists) return undefined
  const most = Math.ceil(Math.min(limits.terms, rowsLeft / (words.length > 1 ? SIGNED_COST : LIST_COST)))
  const scansOf = async ({ words: members, rarest, lists }: Group): Promise<TermScan[]> => {
    const others = members.filter((word) => word !== rarest)
    const signed = others.flatMap(({ word: { term } }) =>
      term ? [{ table: TABLES.product, prefix: term }] : [],
    )
    const only = await onlyTerms(listing, [...rarest.scans, ...signed])
    const known = only.slice(rarest.scans.length).flatMap((term) => term ?? [])
    return rarest.scans.map(({ table, prefix }, i) => {
      const owner = table === 'user_terms' ? 'user_id' : 'product_id'
      const filters = filtersOf(table, owner, others, known)
      return { table, owner, prefix, term: only[i], lists, key, filters }
    })
  }
  const ofFew = (values: string[] | undefined, lists: Postings) =>
    values && (values.length > 0 ? [{ ...lists, values }] : [])

  const userLists = ofUsers(dialect, [], ids)
  const ofProduct = await groupOf(
    listing,
    words,
    OF_PRODUCTS,
    productLists,
    ({ users }) => ofFew(users, userLists),
    most,
  )
  const ofUser = byTotal
    ? undefined
    : await groupOf(
        listing,
        words,
        OF_USERS,
        userLists,
        ({ products }) => ofFew(products, productLists),
        most,
      )
  const [group] = [ofProduct, ofUser]
    .flatMap((one) => one ?? [])
    .sort((a, b) => a.rarest.size - b.rarest.size)
  if (group) {
    const size = group.rarest.size + group.beside.reduce((sum, { values }) => sum + values.length, 0)
    if (size > most) return undefined
    const beside = group.beside.length > 0 && byTotal ? source([], ...group.beside) : undefined
    const postings = byTotal ? [] : group.beside
    const own = {
      ...source(byTotal ? ['total'] : [], ...postings),
      scans: await scansOf(group),
      byTotal,
      lags: true,
    }
    const rounds = group.words.length === words.length ? ROUNDS.most : ROUNDS.some
    const each = group === ofProduct && group.words.length > 1 ? SIGNED_COST : LIST_COST
    return { source: own, beside, cost: size * each * rounds }
  }
  if (byTotal) return undefined
  const all: Counted[] = []
  for (const word of words) all.push(await count(listing, word, [...OF_PRODUCTS, ...OF_USERS], most))
  const [rarest] = all.toSorted((a, b) => a.size - b.size)
  if (!rarest || rarest.size > most) return undefined
  const found = await scansOf({ words: [], rarest, lists: productLists, beside: [] })
  const scans = found.map((scan) => (scan.owner === 'user_id' ? { ...scan, lists: userLists } : scan))
  const own = { ...source([], ...byPrefix(dialect, rarest.word, ids)), scans, lags: true }
  const rounds = words.length === 1 ? ROUNDS.most : ROUNDS.some
  return { source: own, beside: undefined, cost: rarest.size * LIST_COST * rounds }
}
