import { collect } from './collect.js'
import { fill, type OtherWay } from './fill.js'
import { idsWithin } from './id-ranges.js'
import type { Listing, PageQuery, Selected } from './listing.js'
import type { OrderReader } from './reader.js'
import { mostSelective } from './selectivity.js'
import { byColumns, byTotals, byWord, everything, type Source, source } from './sources.js'
import { scanWords } from './word-scans.js'

const sizeOfLists = ({ postings }: Source) =>
  postings.reduce((sum, { column, values }) => sum + (column === undefined ? 1 : values.length), 0)

/**
 * Selects a page sorted by time. A list starts along a column or along the few products and customers of a word; without
 * either, along all orders. If a stretch of it doesn't fill the page, its most selective condition takes over, or else the
 * products and customers of its words, however many.
 */
export async function selectByTime(
  listing: Listing,
  reader: OrderReader,
  query: PageQuery,
): Promise<Selected> {
  const { db, limits } = listing
  const { dialect } = db
  const { filter } = query
  const columns = byColumns(dialect, filter)
  const words = filter.words
    .flatMap((word) => byWord(dialect, word, filter) ?? [])
    .sort((a, b) => sizeOfLists(a) - sizeOfLists(b))
  const all = source([], everything(dialect, idsWithin(filter)))
  const isOfStatus = ({ covers }: Source) => covers.length === 1 && covers.includes('status')
  const own = [...columns.filter((one) => !isOfStatus(one)), ...words, ...columns][0] ?? all
  const isWithin = (...bounds: (number | undefined)[]) => bounds.some((bound) => bound !== undefined)
  const sources = [
    ...words,
    ...columns,
    ...(isWithin(filter.from, filter.to) ? [all] : []),
    ...(isWithin(filter.minTotal, filter.maxTotal) ? [byTotals(dialect, filter)] : []),
  ]

  async function otherWay(rowsLeft: number): Promise<OtherWay | undefined> {
    const scan = words.length > 0 ? undefined : await scanWords(listing, filter, false, rowsLeft)
    const most = Math.floor(Math.min(scan?.cost ?? limits.many, limits.many, rowsLeft))
    const found = await mostSelective(listing, sources, Math.min(limits.few, most), most)
    if (!found) return scan && scan.cost < rowsLeft ? { source: scan.source } : undefined
    if (found.source === own) return undefined
    if (!found.source.byTotal) return { source: found.source }
    return { rows: await collect(listing, reader, found.source, found.size, query) }
  }
  return fill(listing, reader, own, query, otherWay)
}
