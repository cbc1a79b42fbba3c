import { collect } from './collect.js'
import { fill, type OtherWay } from './fill.js'
import { idsWithin } from './id-ranges.js'
import type { Listing, PageQuery, Selected } from './listing.js'
import type { OrderReader } from './reader.js'
import { mostSelective } from './selectivity.js'
import { compareKeys, compareOrders, isDescending, keyOf } from './sort-and-cursor.js'
import { byColumns, byTotals, byWord, everything, ofProductsByTotal, type Source, source } from './sources.js'
import { scanWords } from './word-scans.js'

/** Returns the source in list order: the orders of a product, of the few products of a word, or all within the totals. */
function inOrder({ db: { dialect } }: Listing, { filter }: PageQuery): Source {
  const { productId, words } = filter
  const ofOne = words.flatMap(({ products, places }) =>
    products && [...places].every((place) => place === 'product' || place === 'former') ? [products] : [],
  )
  const products = productId === undefined ? ofOne.sort((a, b) => a.length - b.length)[0] : [productId]
  const lists = products && ofProductsByTotal(dialect, products, filter)
  if (!lists) return byTotals(dialect, filter)
  const covers = productId === undefined ? (['total'] as const) : (['total', 'product'] as const)
  return { ...source([...covers], lists), byTotal: true, lags: true }
}

/** The cost of a row that is listed by its total and read by its id, where one read in the order of the table costs one. */
const LISTED_ROW = 4

/**
 * Selects a page sorted by total. The orders of a very selective condition are read and sorted. Otherwise a list runs along
 * the totals of products, or of all orders; if a stretch of it doesn't fill the page, along the products of its words, or a
 * condition with a bounded number of orders is read and sorted.
 */
export async function selectByTotal(
  listing: Listing,
  reader: OrderReader,
  query: PageQuery,
): Promise<Selected> {
  const { db, limits, position } = listing
  const { filter, sort, take } = query
  const { dialect } = db
  const own = inOrder(listing, query)
  const sources = [
    ...filter.words.flatMap((word) => byWord(dialect, word, filter) ?? []),
    ...byColumns(dialect, filter),
    ...(filter.from === undefined && filter.to === undefined
      ? []
      : [source([], everything(dialect, idsWithin(filter)))]),
  ]
  const sorted = ({ source, size }: { source: Source; size: number }) =>
    collect(listing, reader, source, size, query)
  const few = sources.length === 0 ? undefined : await mostSelective(listing, sources, limits.few, limits.few)
  if (few) return { rows: await sorted(few) }

  const beside = position === undefined ? [] : [source([], everything(dialect, { least: position }))]
  let isWhole = false
  async function otherWay(rowsLeft: number): Promise<OtherWay | undefined> {
    if (own.covers.includes('product') || own.postings.some(({ column }) => column !== undefined))
      return undefined
    const costLeft = rowsLeft * LISTED_ROW
    const scan = filter.words.length === 0 ? undefined : await scanWords(listing, filter, true, costLeft)
    const besides = scan?.beside && (await mostSelective(listing, [scan.beside], limits.few, limits.many))
    const isUsable = scan && (!scan.beside || besides)
    const cost = isUsable ? scan.cost + (besides?.size ?? 0) : Number.POSITIVE_INFINITY
    const most = Math.floor(Math.min(cost, limits.many, rowsLeft))
    const found = await mostSelective(listing, sources, Math.min(limits.few, most), most)
    if (found) {
      isWhole = true
      return { rows: await sorted(found) }
    }
    if (!isUsable || cost >= costLeft) return undefined
    if (scan.beside) beside.push(scan.beside)
    return { source: scan.source }
  }
  const { rows, stoppedAt } = await fill(listing, reader, own, query, otherWay)
  if (isWhole) return { rows }

  // Orders that the lists lack.
  const all = new Map(rows.map((order) => [order.id, order]))
  const sign = isDescending(sort) ? -1 : 1
  for (const more of beside)
    for (const order of await collect(listing, reader, more, limits.few, query))
      if (!stoppedAt || sign * compareKeys(keyOf(sort, order), stoppedAt) <= 0) all.set(order.id, order)
  return { rows: [...all.values()].sort((a, b) => compareOrders(sort, a, b)).slice(0, take), stoppedAt }
}
