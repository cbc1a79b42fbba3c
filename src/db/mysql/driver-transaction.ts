import { PrismaMariaDb } from '@prisma/adapter-mariadb'
import type { PoolConnection, UpsertResult } from 'mariadb'
import type { RawTx } from '../types.js'

/**
 * The statements of an interactive transaction that Prisma opened and will end, but sent by the driver itself. By way of
 * Prisma each costs a quarter of a millisecond, and one trip to the server after the other: to a batch of orders more than
 * all that the batch is about.
 */
export class DriverTransaction implements RawTx {
  readonly #connection: PoolConnection
  /** Whether rows may go to the server as they are (https://mariadb.com/kb/en/com_stmt_bulk_execute/): MySQL has no such thing. */
  readonly takesRows: boolean

  #ended = false

  constructor(connection: PoolConnection) {
    this.#connection = connection
    this.takesRows = connection.info?.isMariaDB() === true
  }

  /** Has it take no statement any more: Prisma ends it, after a timeout too, and the connection is for others then. */
  end(): void {
    this.#ended = true
  }

  get #open(): PoolConnection {
    if (this.#ended) throw new Error('the transaction has ended')
    return this.#connection
  }

  async $queryRawUnsafe<T = unknown>(sql: string, ...values: unknown[]): Promise<T> {
    return this.#open.query<T>(sql, values)
  }

  async $executeRawUnsafe(sql: string, ...values: unknown[]): Promise<number> {
    return (await this.#open.query<UpsertResult>(sql, values)).affectedRows
  }

  /** Executes `sql` once for each of `rows`, in one trip. */
  async executeForEach(sql: string, rows: unknown[][]): Promise<void> {
    await this.#open.batch(sql, rows)
  }

  /** What the statement handed to LAST_INSERT_ID(). */
  async executeForId(sql: string, ...values: unknown[]): Promise<number> {
    return Number((await this.#open.query<UpsertResult>(sql, values)).insertId)
  }

  /**
   * Sends `statements` one behind the other, without waiting for each to be answered. Where one of them ends the
   * transaction, as a deadlock does, the next begin another: therefore the session may not be in autocommit mode, and
   * nothing is committed before all are answered.
   * @throws the first failure, once all are answered.
   */
  async together(statements: (() => Promise<unknown>)[]): Promise<void> {
    const answers = await Promise.allSettled(statements.map((statement) => statement()))
    for (const answer of answers) if (answer.status === 'rejected') throw answer.reason
  }
}

/** Prisma's adapter for a pool of one connection, which knows the transaction that is open on it. */
export class FollowedAdapter extends PrismaMariaDb {
  #opened: DriverTransaction | undefined

  /** The transaction that was opened last: until it ends the pool has no connection for another. */
  current(): DriverTransaction {
    if (!this.#opened) throw new Error('no transaction was opened')
    return this.#opened
  }

  override async connect() {
    const adapter = await super.connect()
    const startTransaction = adapter.startTransaction.bind(adapter)
    adapter.startTransaction = async (isolation) => {
      const transaction = await startTransaction(isolation)
      const { client } = transaction as unknown as { client: PoolConnection }
      const followed = new DriverTransaction(client)
      this.#opened = followed
      for (const end of ['commit', 'rollback'] as const) {
        const inner = transaction[end].bind(transaction)
        transaction[end] = () => {
          followed.end()
          return inner()
        }
      }
      return transaction
    }
    return adapter
  }
}
