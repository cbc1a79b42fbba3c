import { signatureOf } from '../../catalog/search/signatures.js'
import { raw, type Sql, sql } from '../../db/sql.js'
import { INDEX_ROW } from '../../search/budget.js'
import { hasPrefix } from '../../search/prefix.js'
import type { OrderFilter } from './filter.js'
import type { Listing } from './listing.js'
import {
  byPrefix,
  idsWithin,
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
  /** The only term of products that begins with it; undefined if there are none or several. */
  only: string | undefined
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
  { db, work, limits }: Listing,
  word: FoundWord,
  among: readonly (keyof typeof TABLES)[],
): Promise<Counted> {
  const scans = among
    .filter((place) => word.places.has(place))
    .map((place) => ({ table: TABLES[place], prefix: place === 'email' ? word.email : (word.term ?? '') }))
  let size = 0
  let only: string | undefined
  for (const { table, prefix } of scans) {
    const entries = sql`SELECT term FROM ${raw(table)} WHERE ${hasPrefix(prefix)} LIMIT ${limits.terms + 1}`
    const [row] = await work.step(limits.terms * INDEX_ROW, () =>
      db.read.$queryRaw<{ n: bigint; least: string | null; most: string | null }[]>(
        sql`SELECT COUNT(*) AS n, MIN(term) AS least, MAX(term) AS most FROM (${entries}) AS capped`,
      ),
    )
    const n = Number(row?.n)
    if (table === 'product_terms' && n <= limits.terms && row?.least === row?.most)
      only = row?.least ?? undefined
    size += n
  }
  return { word, scans, size, only }
}

/** Returns the predicates that an entry of `table` belongs to an owner with all `others`. */
function filtersOf(table: Table, owner: TermScan['owner'], others: Counted[]): Sql[] {
  const mask = BigInt(table === 'product_terms' ? signatureOf(others.flatMap(({ only }) => only ?? [])) : 0)
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
): Promise<Group | undefined> {
  const members: Counted[] = []
  const beside: Postings[] = []
  for (const word of words) {
    const isOfId = word.places.has('order') || word.places.has('checkout')
    const others = isOfId || !among.some((place) => word.places.has(place)) ? undefined : besideOf(word)
    if (!others) continue
    members.push(await count(listing, word, among))
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
const LIST_COST = 0.5
/** How often the lists are gone through until a page is full, if most of their orders match, and otherwise. */
const ROUNDS = { most: 1, some: 4 }

/**
 * Returns the way to the orders of words that lead to many products or customers. The words of products restrict one another
 * there, as do those of customers; a word of both leads to all of its own.
 * @param byTotal whether lists must be sorted by total: there are none of customers
 * @returns undefined if there are too many lists
 */
export async function scanWords(
  listing: Listing,
  filter: OrderFilter,
  byTotal: boolean,
): Promise<WordScan | undefined> {
  const { db, limits } = listing
  const { dialect } = db
  const { words } = filter
  const ids = idsWithin(filter)
  const key = byTotal ? dialect.orderLists.productTotal?.key : raw('id')
  const productLists = byTotal ? ofProductsByTotal(dialect, [], filter) : ofProducts(dialect, [], ids)
  if (!key || !productLists) return undefined
  const scansOf = ({ words: members, rarest, lists }: Group): TermScan[] =>
    rarest.scans.map(({ table, prefix }) => {
      const owner = table === 'user_terms' ? 'user_id' : 'product_id'
      const others = members.filter((word) => word !== rarest)
      return { table, owner, prefix, lists, key, filters: filtersOf(table, owner, others) }
    })
  const ofFew = (values: string[] | undefined, lists: Postings) =>
    values && (values.length > 0 ? [{ ...lists, values }] : [])

  const userLists = ofUsers(dialect, [], ids)
  const ofProduct = await groupOf(listing, words, OF_PRODUCTS, productLists, ({ users }) =>
    ofFew(users, userLists),
  )
  const ofUser = byTotal
    ? undefined
    : await groupOf(listing, words, OF_USERS, userLists, ({ products }) => ofFew(products, productLists))
  const [group] = [ofProduct, ofUser]
    .flatMap((one) => one ?? [])
    .sort((a, b) => a.rarest.size - b.rarest.size)
  if (group) {
    const size = group.rarest.size + group.beside.reduce((sum, { values }) => sum + values.length, 0)
    if (size > limits.terms) return undefined
    const beside = group.beside.length > 0 && byTotal ? source([], ...group.beside) : undefined
    const postings = byTotal ? [] : group.beside
    const own = {
      ...source(byTotal ? ['total'] : [], ...postings),
      scans: scansOf(group),
      byTotal,
      lags: true,
    }
    const rounds = group.words.length === words.length ? ROUNDS.most : ROUNDS.some
    return { source: own, beside, cost: size * LIST_COST * rounds }
  }
  if (byTotal) return undefined
  const all: Counted[] = []
  for (const word of words) all.push(await count(listing, word, [...OF_PRODUCTS, ...OF_USERS]))
  const [rarest] = all.toSorted((a, b) => a.size - b.size)
  if (!rarest || rarest.size > limits.terms) return undefined
  const scans = scansOf({ words: [], rarest, lists: productLists, beside: [] }).map((scan) =>
    scan.owner === 'user_id' ? { ...scan, lists: userLists } : scan,
  )
  const own = { ...source([], ...byPrefix(dialect, rarest.word, ids)), scans, lags: true }
  const rounds = words.length === 1 ? ROUNDS.most : ROUNDS.some
  return { source: own, beside: undefined, cost: rarest.size * LIST_COST * rounds }
}
