import Database from 'better-sqlite3'
import { createConnection } from 'mariadb'
import { awaitServer } from '../../../src/db/mysql/server.js'
import type { Random } from '../random.js'
import type { Shop } from './shop.js'

const ORDERS_AT_ONCE = 4
const BUSY_MS = 50

const hasten = (now: string) =>
  `UPDATE orders SET expires_at = ${now} WHERE (id = ? OR checkout_id = ?) AND status = 'pending' AND expires_at IS NOT NULL`

/** Lets orders expire whose time has not come: the shortest lifetime is longer than a round. */
export class Hastener {
  readonly #shop: Shop
  readonly #databaseUrl: string
  readonly #random: Random
  /** Whether a process has the database open. Otherwise this one would recover a file that a process has left behind. */
  readonly #isOpen: () => boolean

  constructor(
    shop: Shop,
    { databaseUrl, random, isOpen }: { databaseUrl: string; random: Random; isOpen: () => boolean },
  ) {
    this.#shop = shop
    this.#databaseUrl = databaseUrl
    this.#random = random
    this.#isOpen = isOpen
  }

  async act(): Promise<void> {
    const { journal } = this.#shop
    const recent = journal.orderIds.slice(-100)
    const orders = recent.flatMap((id) => journal.orders.get(id) ?? []).filter(({ expiresIn }) => expiresIn)
    if (orders.length === 0 || !this.#isOpen()) return
    const chosen = Array.from({ length: ORDERS_AT_ONCE }, () => this.#random.pick(orders))
    const values = chosen.map(({ id, checkoutId }) => [id, checkoutId ?? ''])
    // The fault may be in the way: the orders then expire later.
    await this.#write(values).catch(() => undefined)
  }

  async #write(values: string[][]): Promise<void> {
    if (this.#databaseUrl.startsWith('file:')) {
      const file = this.#databaseUrl.slice('file:'.length)
      const db = new Database(file, { fileMustExist: true, timeout: BUSY_MS })
      try {
        const statement = db.prepare(hasten(String(Date.now())))
        for (const pair of values) statement.run(...pair)
      } finally {
        db.close()
      }
      return
    }
    const connection = await createConnection(await awaitServer(this.#databaseUrl, { patience: 0 }))
    try {
      for (const pair of values) await connection.query(hasten('UTC_TIMESTAMP(3)'), pair)
    } finally {
      connection.destroy()
    }
  }
}
