import type { Order } from '#prisma'
import type { RawTx, Tx } from './transaction.js'

/** The stock of a product, locked until the transaction ends. */
export interface LockedStock {
  id: string
  stock: number
  isDeleted: boolean
  /** Time of the last change, in milliseconds since 1970. */
  updatedAt: number
}

/** The columns of an order changed after it was placed. */
export interface ChangedOrder {
  id: string
  status: string
  note: string | null
  /** In milliseconds since 1970. */
  expiresAt: number | null
}

/** The units returned to one product: `quantity` units of `orders` orders. */
export interface StockReturn {
  id: string
  quantity: number
  orders: number
}

/** The note of a change that removes it. Notes show something, so none is this. */
export const NOTE_REMOVED = ''

/**
 * A row of `order_changes`, without its time and origin. The note is null unless the change is about it. The last three are
 * null unless it returns stock.
 */
export interface OrderChangeRow {
  id: string
  orderId: string
  status: string
  cause: string | null
  note: string | null
  productId: string | null
  delta: number | null
  stockAfter: number | null
}

/** Returns the values of a change in the order in which both databases insert them. */
export const changeValues = (row: OrderChangeRow) => [
  row.id,
  row.orderId,
  row.status,
  row.cause,
  row.note,
  row.productId,
  row.delta,
  row.stockAfter,
]

/** The author of a change, and its request. */
export interface ChangeOrigin {
  actorType: string
  actorId: string | null
  requestId: string | null
}

/** An expired order. */
export interface DueOrder {
  id: string
  checkoutId: string | null
}

type Reader = Pick<RawTx, '$queryRawUnsafe'>

/** The statements to change many placed orders at once. Times (`at`) in milliseconds since 1970. */
export interface OrderChanges {
  /** Locks products, deleted ones included, in the order of their ids, and waits for them. */
  lockStocks(tx: RawTx, ids: string[]): Promise<LockedStock[]>
  /** Returns orders as they are now; unknown ids are left out. */
  readOrders(tx: Tx, ids: string[]): Promise<Order[]>
  /** Locks orders in the order of their ids, and waits for them. Absent where only one transaction writes at a time. */
  readonly lockOrders?: (tx: RawTx, ids: string[]) => Promise<void>
  updateOrders(tx: RawTx, rows: ChangedOrder[], at: number): Promise<void>
  returnStock(tx: RawTx, returns: StockReturn[], at: number): Promise<void>
  insertChanges(tx: RawTx, rows: OrderChangeRow[], origin: ChangeOrigin, at: number): Promise<void>
  /** Returns the orders expired by the database's clock, at most `limit`, the longest expired first. */
  findDue(reader: Reader, limit: number): Promise<DueOrder[]>
  /** Returns the milliseconds until the next order expires, negative if it has; undefined if none will. */
  untilNextExpiry(reader: Reader): Promise<number | undefined>
}
