import { termsOf } from '../../search/tokenize.js'
import type { Filter } from './filters.js'
import type { Listing } from './index-scan.js'
import { type ListRow, rowsOf } from './list-rows.js'

/** Returns the product with the SKU, if the filter accepts it: one look-up in the index of SKUs. */
export async function findBySku(
  listing: Listing,
  sku: string,
  { words, minPrice, maxPrice, inStock }: Filter,
): Promise<ListRow[]> {
  const { db, work } = listing
  const ids = await work.step(1, () => db.dialect.bulk.findSkus(db.read, [sku]))
  const rows = await rowsOf(listing, ids)
  return rows.filter(({ sku: found, name, price, stock }) => {
    // With SKUs in ASCII, a database server looks up other characters as question marks.
    if (found !== sku) return false
    if (minPrice !== undefined && price < minPrice) return false
    if (maxPrice !== undefined && price > maxPrice) return false
    if (inStock !== undefined && Number(stock) > 0 !== inStock) return false
    const terms = termsOf(name)
    return words.every((word) => terms.some((term) => term.startsWith(word)))
  })
}
