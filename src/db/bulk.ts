import type { Tx } from './transaction.js'

/** A row of `products`. Price in minor units. */
export interface ProductRow {
  id: string
  name: string
  nameSort: string
  price: number
  stock: number
}

/**
 * A row of `product_terms`. The signature is a decimal string, so each distinct signature is formatted once.
 */
export type TermRow = [term: string, productId: string, signature: string]

/** An initial stock adjustment. */
export interface BookedStock {
  id: string
  productId: string
  userId: string
  stock: number
}

/**
 * Bulk inserts for a catalogue, thousands of rows each. Passing rows as one JSON parameter costs half as much
 * as individual parameters and has no limit on their number. Times in milliseconds since 1970.
 */
export interface Bulk {
  insertProducts(tx: Tx, rows: ProductRow[], at: number): Promise<void>
  insertTerms(tx: Tx, rows: TermRow[]): Promise<void>
  bookStock(tx: Tx, rows: BookedStock[], reason: string, at: number): Promise<void>
}
