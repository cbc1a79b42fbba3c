import type { Bulk } from './bulk.js'
import type { Sql } from './sql.js'
import type { RawTx, Tx } from './types.js'

/** A product as the order path reads it, held until the transaction ends. Prices in minor units. */
export interface LockedProduct {
  id: string
  price: number
  stock: number
}

/** What a batch takes of one product: `quantity` units in `orders` orders. */
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

/** A row of `events` before it has its offset. `data` is JSON text, as clients will get it. */
export interface EventRow {
  type: string
  userId: string | null
  data: string
}

export interface OrderKey {
  userId: string
  key: string
}

/** The indexes of `products` by what they are in order of; of `soldOut`, those products by their ids. */
export type ProductOrder = 'id' | 'price' | 'name' | 'soldOut'

/** The statements whose wording differs between the databases. Times (`at`) are in milliseconds since 1970. */
export interface Dialect {
  readonly name: 'sqlite' | 'mysql'
  /** Whether the database works in a process of its own, so that this one has time for other things meanwhile. */
  readonly remote: boolean
  /** For thousands of rows at once. */
  readonly bulk: Bulk
  /** Whether `error` means: nothing was done, try the transaction again. */
  isBusy(error: unknown): boolean
  /**
   * The database's clock in milliseconds since 1970: the one clock that all processes agree on. What one process writes
   * and another judges is timed by it.
   */
  now(reader: Pick<RawTx, '$queryRawUnsafe'>): Promise<number>
  /** The time `ms` milliseconds ago by that clock, to compare a column of times with. */
  ago(ms: number): Sql
  /**
   * Holds the row of a user until the transaction ends: others may hold it too, nobody may change it. What is read of it
   * after this call stays true until the commit.
   */
  holdUser(tx: RawTx, id: string): Promise<void>
  /** Whether `error` means that another transaction held a row for longer than a statement waits. */
  isRowHeld(error: unknown): boolean
  /**
   * The live products among `ids`, locked against other writers where the database has row locks. Those that another
   * transaction holds are left out, unless `wait`.
   */
  lockProducts(tx: RawTx, ids: string[], wait: boolean): Promise<LockedProduct[]>
  /** As `lockProducts`, of users: the ids of those that are there and not left out. */
  lockUsers(tx: RawTx, ids: string[], wait: boolean): Promise<string[]>
  /** Those among `ids` that are live, whoever holds them. */
  findRows(tx: RawTx, table: 'products' | 'users', ids: string[]): Promise<string[]>
  /** What each of the users `ids` has in pending orders, if anything; `units` is 0 unless they are asked for. */
  countPending(
    tx: RawTx,
    ids: string[],
    withUnits: boolean,
  ): Promise<{ userId: string; open: number; units: number }[]>
  takeStock(tx: RawTx, takes: StockTake[], at: number): Promise<void>
  insertOrders(tx: RawTx, rows: OrderRow[], at: number): Promise<void>
  /** The ids of orders already made under `keys`. */
  findOrderKeys(tx: RawTx, keys: OrderKey[]): Promise<{ id: string; userId: string; key: string }[]>
  /**
   * Advances the log's counter, whose lock is held from here to the commit, and writes `rows` with the offsets that follow
   * its old value. Gives the first of them.
   */
  appendEvents(tx: RawTx, rows: EventRow[], at: number): Promise<number>
  /**
   * Runs statements that need no answers of each other, in their order; over a network it waits for all of their answers at once.
   * @throws the first failure; others may have been tried after it, so `tx` can only be rolled back.
   */
  together(tx: RawTx, statements: (() => Promise<unknown>)[]): Promise<void>
  /** Adds the rows of `product_terms` of one product; `signature` is that of all its terms. */
  insertTerms(tx: Tx, productId: string, terms: string[], signature: number): Promise<void>
  /**
   * The condition that a row stands before (or after) the one with `values` in the order of `columns`, worded so
   * that it is a range of an index on them.
   */
  compareKeys(columns: string[], operator: '<' | '<=' | '>' | '>=', values: (string | number)[]): Sql
  /** The join that reads its left side first, whatever a planner thinks. */
  readonly driving: Sql
  /** The condition that no unit of a row of `products` is left, as the range of its index, `along.soldOut`. */
  readonly soldOut: Sql
  /** Follow the table `products` in a statement and have it read along the index of that order. */
  readonly along: Readonly<Record<ProductOrder, Sql>>
}
