import type { Bulk } from './bulk.js'
import type { OrderChanges } from './order-changes.js'
import type { SalesWrites } from './sales-writes.js'
import type { Sql } from './sql.js'
import type { RawTx } from './transaction.js'
import type { WebhookWrites } from './webhook-progress.js'

/** A product as read by the order path, locked until the transaction ends. Price in minor units. */
export interface LockedProduct {
  id: string
  name: string
  price: number
  stock: number
  lowStockThreshold: number | null
  /** Time of the last change, in milliseconds since 1970. */
  updatedAt: number
}

/** The stock a batch takes from one product: `quantity` units across `orders` orders. */
export interface StockTake {
  id: string
  quantity: number
  orders: number
}

/** A row of `orders`. */
export interface OrderRow {
  id: string
  userId: string
  productId: string
  quantity: number
  unitPrice: number
  totalPrice: number
  idempotencyKey: string | null
  keyFingerprint: string | null
  productName: string
  checkoutId: string | null
  note: string | null
  /** In milliseconds since 1970. */
  expiresAt: number | null
  /** The product's stock after the order. */
  stockAfter: number
  /** As JSON. */
  metadata: string | null
}

/** Returns the values of an order in the order in which both dialects insert them. */
export const orderValues = (row: Omit<OrderRow, 'expiresAt'> & { expiresAt: number | string | null }) => [
  row.id,
  row.userId,
  row.productId,
  row.quantity,
  row.unitPrice,
  row.totalPrice,
  row.idempotencyKey,
  row.keyFingerprint,
  row.productName,
  row.checkoutId,
  row.note,
  row.expiresAt,
  row.stockAfter,
  row.metadata,
]

/** A row of `events` before its offset is assigned. `data` is JSON text, as sent to clients. */
export interface EventRow {
  type: string
  userId: string | null
  data: string
  actorType: string
  actorId: string | null
  requestId: string | null
}

/** A row of `checkouts`. */
export interface CheckoutRow {
  id: string
  userId: string
  idempotencyKey: string | null
  keyFingerprint: string | null
}

/** The tables with idempotency keys of their own. */
export type KeyedTable = 'orders' | 'checkouts'

/** An idempotency key of a user. */
export interface UserKey {
  userId: string
  key: string
}

/** The indexes of `products` by sort order. `soldOut` covers only sold-out products, ordered by id. */
export type ProductOrder = 'id' | 'price' | 'name' | 'soldOut'

/** A step of the indexes lagging behind `orders`. */
export interface IndexStep {
  /** Whether it added as many orders as it was allowed to. */
  isFull: boolean
  /** Whether there are orders after it. */
  isBehind: boolean
}

/** A range of the index of orders by `product_id` and `id`. */
export interface OrderIdsQuery {
  /** A condition on the index's columns, without a table name, usable as an index range. */
  where: Sql
  /** The order of the index, or its reverse, as for ORDER BY. */
  order: Sql
  limit: number
}

/**
 * Where the ids of orders are listed: by `product_id` and `id`, by `total_price` and `id`, and by `product_id`,
 * `total_price` and `id`.
 */
export interface OrderLists {
  product: Sql
  total: Sql
  /**
   * Absent on a database server, where each order would pay for another index. `key` is the total in 20 digits and the id, as
   * text.
   */
  productTotal?: { from: Sql; key: Sql }
  /** The query for the id, as `position`, after which orders are missing from the lists. Absent if none ever are. */
  position?: Sql
}

/** The indexes of `orders` by their leading columns, each sorted by id. */
export type OrderIndex = 'id' | 'user' | 'userStatus' | 'status' | 'checkout'

/** The database-specific statements. Times (`at`) in milliseconds since 1970. */
export interface Dialect {
  readonly name: 'sqlite' | 'mysql'
  /** Whether the database runs in another process, leaving this thread free meanwhile. */
  readonly remote: boolean
  /** Bulk inserts of thousands of rows. */
  readonly bulk: Bulk
  /** Changes of many placed orders. */
  readonly orderChanges: OrderChanges
  /** The progress of deliveries to webhooks. */
  readonly webhooks: WebhookWrites
  /** The figures of sales. */
  readonly sales: SalesWrites
  /** Returns whether `error` is transient: nothing was committed, retry the transaction. */
  isBusy(error: unknown): boolean
  /**
   * Returns the database clock in milliseconds since 1970, shared by all processes. Use it for times compared
   * across processes.
   */
  now(reader: Pick<RawTx, '$queryRawUnsafe'>): Promise<number>
  /** Returns the settings under which a power cut can lose confirmed commits, each as `name=value`. */
  unsafeSettings(reader: Pick<RawTx, '$queryRawUnsafe'>): Promise<string[]>
  /** Returns the database time `ms` milliseconds ago, as an expression to compare with time columns. */
  ago(ms: number): Sql
  /**
   * Takes a shared lock on a user until the transaction ends: later reads of the row stay valid until the
   * commit.
   */
  holdUser(tx: RawTx, id: string): Promise<void>
  /** Returns whether `error` is a lock wait timeout. */
  isRowHeld(error: unknown): boolean
  /**
   * Locks and returns the live products among `ids`, where the database has row locks. Skips rows locked by
   * other transactions unless `wait` is set.
   */
  lockProducts(tx: RawTx, ids: string[], wait: boolean): Promise<LockedProduct[]>
  /** Like `lockProducts`, for users: returns the ids of existing users not skipped. */
  lockUsers(tx: RawTx, ids: string[], wait: boolean): Promise<string[]>
  /** Locks all users with the role admin, waiting for them. @returns the ids of the enabled ones */
  lockAdmins(tx: RawTx): Promise<string[]>
  /**
   * Returns the erased users among `ids`. After the insert of their orders, whose foreign keys lock the users, the answer
   * holds until the commit.
   */
  findErased(tx: RawTx, ids: string[]): Promise<string[]>
  /** Returns the live rows among `ids`, locked or not. */
  findRows(tx: RawTx, table: 'products' | 'users', ids: string[]): Promise<string[]>
  /**
   * Counts the pending orders of each user in `ids`, omitting users without any; `units` is 0 unless
   * `withUnits`.
   */
  countPending(
    tx: RawTx,
    ids: string[],
    withUnits: boolean,
  ): Promise<{ userId: string; open: number; units: number }[]>
  takeStock(tx: RawTx, takes: StockTake[], at: number): Promise<void>
  insertOrders(tx: RawTx, rows: OrderRow[], at: number): Promise<void>
  insertCheckouts(tx: RawTx, rows: CheckoutRow[], at: number): Promise<void>
  /** Finds existing rows by idempotency key. */
  findKeys(
    tx: RawTx,
    table: KeyedTable,
    keys: UserKey[],
  ): Promise<{ id: string; userId: string; key: string; fingerprint: string | null }[]>
  /**
   * Advances the log counter, locking it until the commit, and inserts `rows` with the reserved offsets.
   * Returns the first of them.
   */
  appendEvents(tx: RawTx, rows: EventRow[], at: number): Promise<number>
  /**
   * Runs independent statements in order, pipelined over a network.
   * @throws the first failure; later statements may have run, so `tx` can only be rolled back.
   */
  together(tx: RawTx, statements: (() => Promise<unknown>)[]): Promise<void>
  /**
   * Returns the keyset condition selecting rows before (or after) the row with `values` in the order of
   * `columns`, in a form usable as an index range.
   */
  compareKeys(columns: string[], operator: '<' | '<=' | '>' | '>=', values: (string | number)[]): Sql
  /**
   * Adds at most `limit` orders with ids below `bound` to the indexes lagging behind `orders`, or rewinds the indexes to
   * the id `rewound` if they are past the bound. Absent where all indexes are part of the table.
   */
  readonly indexOrders?: (tx: RawTx, limit: number, bound: string, rewound: string) => Promise<IndexStep>
  /** Returns a query for the ids of a product's orders, including those missing from its index so far. */
  orderIds(query: OrderIdsQuery): Sql
  readonly orderLists: Readonly<OrderLists>
  /** The SQL function that counts the characters of a text. */
  readonly characters: Sql
  /** A join with a fixed order: the left side is read first, regardless of the planner. */
  readonly driving: Sql
  /** The condition for sold-out products, as the range of index `along.soldOut`. */
  readonly soldOut: Sql
  /** Index hints for `orders`. */
  readonly alongOrders: Readonly<Record<OrderIndex, Sql>>
  /** Index hints for `products`, by sort order. */
  readonly along: Readonly<Record<ProductOrder, Sql>>
}
