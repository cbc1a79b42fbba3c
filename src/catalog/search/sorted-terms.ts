import type { TermRow } from '../../db/bulk.js'
import { termsOf } from '../../search/tokenize.js'
import { signatureOf } from './signatures.js'

/** Returns the terms of all names in index order, so inserts touch few pages. */
export function sortedTerms(products: { id: string; name: string }[]): TermRow[] {
  const rowsOf = new Map<string, TermRow[]>()
  for (const { id, name } of products) {
    const terms = termsOf(name)
    const signature = String(signatureOf(terms))
    for (const term of terms) {
      const rows = rowsOf.get(term)
      const row: TermRow = [term, id, signature]
      if (rows) rows.push(row)
      else rowsOf.set(term, [row])
    }
  }
  return [...rowsOf.values()].flat()
}
