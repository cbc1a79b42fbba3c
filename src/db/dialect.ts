import type { Bulk } from './bulk.js'
import type { Sql } from './sql.js'
import type { RawTx, Tx } from './transaction.js'

/** A product as read by the order path, locked until the transaction ends. Price in minor units. */
export interface LockedProduct {
  id: string
  price: number
  stock: number
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
}

/** A row of `events` before its offset is assigned. `data` is JSON text, as sent to clients. */
export interface EventRow {
  type: string
  userId: string | null
  data: string
  actorType: string
  actorId: string | null
  requestId: string | null
}

export interface OrderKey {
  userId: string
  key: string
}

/** The indexes of `products` by sort order. `soldOut` covers only sold-out products, ordered by id. */
export type ProductOrder = 'id' | 'price' | 'name' | 'soldOut'

/** The database-specific statements. Times (`at`) in milliseconds since 1970. */
export interface Dialect {
  readonly name: 'sqlite' | 'mysql'
  /** Whether the database runs in another process, leaving this thread free meanwhile. */
  readonly remote: boolean
  /** Bulk inserts of thousands of rows. */
  readonly bulk: Bulk
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
  /** Locks all users with the role admin, waiting for them. @returns the ids of those that are not disabled */
  lockAdmins(tx: RawTx): Promise<string[]>
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
  /** Finds existing orders by idempotency key. */
  findOrderKeys(tx: RawTx, keys: OrderKey[]): Promise<{ id: string; userId: string; key: string }[]>
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
  /** Inserts the `product_terms` rows of one product; `signature` covers all its terms. */
  insertTerms(tx: Tx, productId: string, terms: string[], signature: number): Promise<void>
  /**
   * Returns the keyset condition selecting rows before (or after) the row with `values` in the order of
   * `columns`, in a form usable as an index range.
   */
  compareKeys(columns: string[], operator: '<' | '<=' | '>' | '>=', values: (string | number)[]): Sql
  /** A join with a fixed order: the left side is read first, regardless of the planner. */
  readonly driving: Sql
  /** The condition for sold-out products, as the range of index `along.soldOut`. */
  readonly soldOut: Sql
  /** Index hints for `products`, by sort order. */
  readonly along: Readonly<Record<ProductOrder, Sql>>
}
