import type { TermRow } from '../db/bulk.js'
import type { Db } from '../db/types.js'
import { newId } from '../ids.js'
import { toMinor } from '../money.js'
import type { EventLog } from '../stream/log.js'
import type { NewProduct } from './change-products.js'
import { sortKeyOf, termsOf } from './names.js'
import { signatureOf } from './signatures.js'

/**
 * Adds many products in one transaction, with all that adding each alone would write: search terms, the booked first
 * stock, the event. Some thousands at once are quickest.
 * @param userId who puts in the first stock
 */
export async function addProducts(db: Db, eventLog: EventLog, inputs: NewProduct[], userId: string) {
  const at = Date.now()
  const products = inputs.map((input) => ({ ...input, id: newId() }))
  const rows = products.map(({ id, name, price, stock }) => {
    return { id, name, nameSort: sortKeyOf(name), price: toMinor(price), stock }
  })
  const booked = products
    .filter(({ stock }) => stock > 0)
    .map(({ id: productId, stock }) => ({ id: newId(), productId, userId, stock }))
  const time = new Date(at).toISOString()
  const { bulk } = db.dialect

  await db.write(async (tx, inDoubt) => {
    if (inDoubt && (await tx.product.findFirst({ where: { id: products[0]?.id ?? '' } }))) return
    await bulk.insertProducts(tx, rows, at)
    await bulk.insertTerms(tx, sortedTerms(products))
    await bulk.bookStock(tx, booked, 'initial stock', at)
    const events = products.map((product) => ({
      type: 'product:created' as const,
      userId: null,
      data: { ...product, createdAt: time, updatedAt: time },
    }))
    await eventLog.append(tx, events, at)
  })
}

/** Every word of every name in the order of the index, so that it grows in few places. */
function sortedTerms(products: { id: string; name: string }[]): TermRow[] {
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
