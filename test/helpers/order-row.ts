import type { OrderRow } from '../../src/db/dialect.js'
import { newId } from '../../src/ids.js'

/** Returns a row of `orders` of one unit, changed by `given`. */
export function orderRow(given: Pick<OrderRow, 'userId' | 'productId'> & Partial<OrderRow>): OrderRow {
  return {
    id: newId(),
    quantity: 1,
    unitPrice: 100,
    totalPrice: 100,
    idempotencyKey: null,
    keyFingerprint: null,
    productName: 'Lamp',
    checkoutId: null,
    note: null,
    metadata: null,
    expiresAt: null,
    stockAfter: 0,
    ...given,
  }
}
