import type { ProductRow } from './product-columns.js'
import type { RawTx, Tx } from './transaction.js'

/**
 * A row of `product_terms`. The signature is a decimal string, so each distinct signature is formatted once.
 */
export type TermRow = [term: string, productId: string, signature: string]

/** A stock change without an order, of a locked product. */
export interface StockBooking {
  id: string
  productId: string
  userId: string
  keyId: string | null
  delta: number
  /** The stock after it. */
  stockAfter: number
  cause: string
  reason: string | null
}

/** A product as it is to be, and the number of changes that make it so. */
export interface ProductChange extends ProductRow {
  changes: number
}

/** A row of `audit_entries`. `details` is JSON text. */
export interface AuditRow {
  id: string
  at: number
  actorType: string
  actorId: string | null
  action: string
  subjectType: string
  subjectId: string
  details: string
  requestId: string | null
}

/** Returns the values of an audit entry in the order in which both dialects insert them. */
export const auditValues = (row: AuditRow) => [
  row.id,
  row.actorType,
  row.actorId,
  row.action,
  row.subjectType,
  row.subjectId,
  row.details,
  row.requestId,
]

/** Returns the values of a booking in the order in which both dialects insert them. */
export const bookingValues = (row: StockBooking) => [
  row.id,
  row.productId,
  row.userId,
  row.keyId,
  row.delta,
  row.stockAfter,
  row.cause,
  row.reason,
]

/**
 * Bulk inserts for a catalogue, thousands of rows each. Passing rows as one JSON parameter costs half as much
 * as individual parameters and has no limit on their number. Times in milliseconds since 1970.
 */
export interface Bulk {
  insertProducts(tx: Tx, rows: ProductRow[], at: number): Promise<void>
  insertTerms(tx: Tx, rows: TermRow[]): Promise<void>
  /** Adds former names of products, as indexed by the rules `rules`, or marks those there are as such. */
  insertFormerNames(tx: Tx, rows: [productId: string, name: string][], rules: number): Promise<void>
  /** Adds rows to `former_terms`, except those it has. */
  insertFormerTerms(tx: Tx, rows: [term: string, productId: string][]): Promise<void>
  /** Records stock changes in the books and the ledger. */
  bookChanges(tx: Tx, rows: StockBooking[], at: number): Promise<void>
  /** Returns the ids of the products on sale with one of `skus`. */
  findSkus(reader: Pick<RawTx, '$queryRawUnsafe'>, skus: string[]): Promise<string[]>
  /** Updates locked products; SKUs may move from one to another. */
  updateProducts(tx: Tx, rows: ProductChange[], at: number): Promise<void>
  /** Deletes the search terms of products. */
  deleteTerms(tx: Tx, productIds: string[]): Promise<void>
  insertAudits(tx: Tx, rows: AuditRow[]): Promise<void>
}
