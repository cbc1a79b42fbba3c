import type { ProductView } from '../../catalog/product'
import { call } from '../api/call'
import { Refused } from '../api/failures'
import type { Patience } from '../api/patience'
import { look, type Seen } from './use-product'

export interface Wanted {
  name: string
  price: number
}

/** Somebody else changed what one was about to change. */
export class Stale extends Error {
  override name = 'Stale'
  readonly theirs: Seen
  constructor(theirs: Seen) {
    super('Somebody else changed this product meanwhile.')
    this.theirs = theirs
  }
}

const isSame = (a: Wanted, b: Wanted) => a.name === b.name && a.price === b.price

/** Stock moves with every order: so often is a change of it alone passed over, in a row. */
const TRIES = 20

/**
 * Saves name and price, if they still are what the editor saw. Each order changes the product's tag too; where the stock
 * alone is another, nobody's edit is lost, and the saving goes on.
 * @throws Stale with the product as it is now; Refused, Unreachable
 */
export async function saveProduct(seen: Seen, wanted: Wanted, patience: Patience): Promise<ProductView> {
  const { product } = seen
  let { etag } = seen
  for (let attempt = 0; ; attempt++) {
    try {
      const { body } = await call<ProductView>('PATCH', `/products/${product.id}`, {
        body: wanted,
        headers: { 'if-match': etag ?? '"none"' },
        repeatable: true,
        ...patience,
      })
      return body
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 412) throw error
      const now = await look(product.id, patience)
      // Also where an earlier try went well, and its answer was lost.
      if (isSame(now.product, wanted)) return now.product
      if (!isSame(now.product, product) || attempt >= TRIES) throw new Stale(now)
      etag = now.etag
    }
  }
}
