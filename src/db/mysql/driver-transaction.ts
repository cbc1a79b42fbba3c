import type { Pool, PoolConnection, UpsertResult } from 'mariadb'
import type { RawTx } from '../types.js'

/**
 * A transaction on a connection of the driver's own. To a batch of orders Prisma's costs more than all that the batch is
 * about: a quarter of a millisecond for each statement, and one trip to the server after the other.
 */
export class DriverTransaction implements RawTx {
  readonly #connection: PoolConnection
  /** Whether rows may go to the server as they are (https://mariadb.com/kb/en/com_stmt_bulk_execute/): MySQL has no such thing. */
  readonly takesRows: boolean

  constructor(connection: PoolConnection) {
    this.#connection = connection
    this.takesRows = connection.info?.isMariaDB() === true
  }

  $queryRawUnsafe<T = unknown>(sql: string, ...values: unknown[]): Promise<T> {
    return this.#connection.query<T>(sql, values)
  }

  async $executeRawUnsafe(sql: string, ...values: unknown[]): Promise<number> {
    return (await this.#connection.query<UpsertResult>(sql, values)).affectedRows
  }

  /** Executes `sql` once for each of `rows`, in one trip. */
  async executeForEach(sql: string, rows: unknown[][]): Promise<void> {
    await this.#connection.batch(sql, rows)
  }

  /** What the statement handed to LAST_INSERT_ID(). */
  async executeForId(sql: string, ...values: unknown[]): Promise<number> {
    return Number((await this.#connection.query<UpsertResult>(sql, values)).insertId)
  }

  /**
   * Sends `statements` one behind the other, without waiting for each to be answered. Where one of them ends the
   * transaction, as a deadlock does, the next begin another: therefore no session of a pool that writes may be in
   * autocommit mode, and nothing is committed before all are answered.
   * @throws the first failure, once all are answered.
   */
  async together(statements: (() => Promise<unknown>)[]): Promise<void> {
    const answers = await Promise.allSettled(statements.map((statement) => statement()))
    for (const answer of answers) if (answer.status === 'rejected') throw answer.reason
  }
}

/**
 * Runs `body` in a transaction on a connection of `pool`, whose sessions are not in autocommit mode, so that its first
 * statement begins it; and commits it, or rolls it back if `body` throws.
 */
export async function transact<T>(pool: Pool, body: (tx: DriverTransaction) => Promise<T>): Promise<T> {
  const connection = await pool.getConnection()
  try {
    const result = await body(new DriverTransaction(connection))
    await connection.query('COMMIT') // commit() would go by what it believes to be the state of the transaction
    return result
  } catch (error) {
    // A connection that can't even roll back is lost, and the server rolls back for it.
    await connection.query('ROLLBACK').catch(() => connection.destroy())
    throw error
  } finally {
    await connection.release()
  }
}
