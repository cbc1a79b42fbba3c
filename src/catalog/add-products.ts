import type { TermRow } from '../db/bulk.js'
import type { Db } from '../db/db.js'
import { newId } from '../ids.js'
import { toMinor } from '../money.js'
import type { EventLog } from '../stream/log.js'
import { originOfUser } from '../stream/origin.js'
import type { NewProduct } from './change-products.js'
import { signatureOf } from './search/signatures.js'
import { sortKeyOf, termsOf } from './search/tokenize.js'

/**
 * Adds many products in one transaction, with the same records as single creation: search terms, the initial
 * stock adjustment and the event. A few thousand per call are fastest.
 * @param userId the user the initial stock is booked to
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
    const origin = originOfUser(userId)
    const events = products.map((product) => ({
      type: 'product:created' as const,
      userId: null,
      data: { ...product, createdAt: time, updatedAt: time },
      origin,
    }))
    await eventLog.append(tx, events, at)
  })
}

/** Returns the terms of all names in index order, so inserts touch few pages. */
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
