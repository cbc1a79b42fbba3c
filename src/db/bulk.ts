import type { Tx } from './types.js'

/** A row of `products`. Its price in minor units. */
export interface ProductRow {
  id: string
  name: string
  nameSort: string
  price: number
  stock: number
}

/** A row of `product_terms`. Its signature in decimal, for many rows have the same and JSON would word each number anew. */
export type TermRow = [term: string, productId: string, signature: string]

/** A first stock that is put into the books. */
export interface BookedStock {
  id: string
  productId: string
  userId: string
  stock: number
}

/**
 * The statements that fill a catalogue, thousands of rows each. As one JSON parameter they cost half of what the same rows
 * cost as parameters of their own, and know no bound on their number. Times in milliseconds since 1970.
 */
export interface Bulk {
  insertProducts(tx: Tx, rows: ProductRow[], at: number): Promise<void>
  insertTerms(tx: Tx, rows: TermRow[]): Promise<void>
  bookStock(tx: Tx, rows: BookedStock[], reason: string, at: number): Promise<void>
}
