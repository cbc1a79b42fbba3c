import type { RawTx } from './transaction.js'

/** An addition to the figures of a quarter of an hour. */
export interface SlotSales {
  slot: number
  orders: number
  /** In minor units. */
  takings: number
}

/** An addition to the figures of a product on a day. */
export interface ProductSales {
  day: number
  productId: string
  units: number
  /** In minor units. */
  takings: number
}

/** Adds to figures of sales, in one statement each. */
export interface SalesWrites {
  addSlots(tx: RawTx, rows: SlotSales[]): Promise<void>
  addProducts(tx: RawTx, rows: ProductSales[]): Promise<void>
}
