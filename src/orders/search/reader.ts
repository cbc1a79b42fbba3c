import { type Sql, sql } from '../../db/sql.js'
import { TABLE_ROW } from '../../search/budget.js'
import type { Batch } from './batches.js'
import { where } from './clauses.js'
import { restOf } from './conditions.js'
import type { OrderFilter } from './filter.js'
import type { Listing } from './listing.js'
import { type ListedOrder, ORDER_COLUMNS } from './rows.js'
import { type Named, WordMatcher } from './words.js'

/** Reads the orders of batches that match a filter. */
export class OrderReader {
  readonly #listing: Listing
  readonly #filter: OrderFilter
  readonly #matcher: WordMatcher
  readonly #customers = new Map<string, Named>()
  /** The cost of a row: of the row itself, and of looking up the words that lead to many products or customers. */
  readonly #rowCost: number

  constructor(listing: Listing, filter: OrderFilter) {
    this.#listing = listing
    this.#filter = filter
    this.#matcher = new WordMatcher(filter.words)
    const lookups = filter.words.reduce(
      (sum, { places, products, users }) => sum + (products && users ? 0 : places.size),
      0,
    )
    this.#rowCost = TABLE_ROW + lookups * (TABLE_ROW / 2)
  }

  async #findCustomers(orders: ListedOrder[]): Promise<void> {
    const mayBeTheirs = this.#filter.words.some(({ places }) => places.has('user') || places.has('email'))
    if (!mayBeTheirs) return
    const ids = [...new Set(orders.map(({ userId }) => userId))].filter((id) => !this.#customers.has(id))
    if (ids.length === 0) return
    const { db, work } = this.#listing
    const users = await work.step(ids.length * TABLE_ROW, () =>
      db.read.user.findMany({
        where: { id: { in: ids } },
        select: { id: true, name: true, email: true, erasedAt: true },
      }),
    )
    for (const user of users) this.#customers.set(user.id, user)
  }

  /**
   * Returns the orders of `batch` that match, in any order unless `rest` sorts them.
   * @param more further conditions
   * @param rest the clauses after the conditions
   */
  async read(batch: Batch, more: Sql[] = [], rest: Sql = sql``): Promise<ListedOrder[]> {
    const { db, work } = this.#listing
    const conditions = [batch.where, ...more, ...restOf(db.dialect, this.#filter, batch.covers)]
    const query = sql`SELECT ${ORDER_COLUMNS} FROM ${batch.from} ${where(conditions)} ${rest}`
    const orders = await work.step(batch.rows * this.#rowCost, () => db.read.$queryRaw<ListedOrder[]>(query))
    if (this.#filter.words.length === 0 || orders.length === 0) return orders
    await this.#findCustomers(orders)
    return orders.filter((order) => this.#matcher.matches(order, this.#customers.get(order.userId)))
  }
}
