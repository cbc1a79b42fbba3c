import { PrismaMariaDb } from '@prisma/adapter-mariadb'
import type { Pool, PoolConnection, UpsertResult } from 'mariadb'
import type { RawTx } from '../types.js'

type Adapter = Awaited<ReturnType<PrismaMariaDb['connect']>>
type PrismaTransaction = Awaited<ReturnType<Adapter['startTransaction']>>

const ignore = () => {}

const elsewhere = () =>
  Promise.reject(new Error('statements of this transaction are sent by the driver itself'))

/**
 * An interactive transaction that Prisma opens and ends, but whose statements are sent by the driver itself. By way of
 * Prisma each costs a quarter of a millisecond, and one trip to the server after the other: to a batch of orders more than
 * all that the batch is about. It lives on a session without autocommit, so it begins with its first statement and needs no
 * BEGIN, which would be one trip more.
 */
export class DriverTransaction implements RawTx, PrismaTransaction {
  readonly provider = 'mysql'
  readonly adapterName = '@prisma/adapter-mariadb'
  /** Prisma leaves it to us to send COMMIT and ROLLBACK. */
  readonly options = { usePhantomQuery: true }
  readonly queryRaw = elsewhere
  readonly executeRaw = elsewhere

  readonly #connection: PoolConnection
  /** Whether rows may go to the server as they are (https://mariadb.com/kb/en/com_stmt_bulk_execute/): MySQL has no such thing. */
  readonly takesRows: boolean

  #ended = false

  /** @param connection one that is not in autocommit mode, and in no transaction; it is released when this one ends. */
  constructor(connection: PoolConnection) {
    this.#connection = connection
    this.takesRows = connection.info?.isMariaDB() === true
    // Who waits for an answer is told of a lost connection; told to nobody, it would end the process.
    connection.on('error', ignore)
  }

  commit(): Promise<void> {
    return this.#end('COMMIT')
  }

  rollback(): Promise<void> {
    return this.#end('ROLLBACK')
  }

  /** After this it takes no statement any more: after a timeout of Prisma's too, and the connection is for others then. */
  async #end(sql: string): Promise<void> {
    const connection = this.#open
    this.#ended = true
    try {
      await connection.query(sql)
    } finally {
      connection.off('error', ignore)
      await connection.release()
    }
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

/** Prisma's adapter for a pool of one connection without autocommit, which knows the transaction that is open on it. */
export class FollowedAdapter extends PrismaMariaDb {
  readonly #pool: Pool
  #opened: DriverTransaction | undefined

  constructor(pool: Pool, options: ConstructorParameters<typeof PrismaMariaDb>[1]) {
    super(pool, options)
    this.#pool = pool
  }

  /** The transaction that was opened last: until it ends the pool has no connection for another. */
  current(): DriverTransaction {
    if (!this.#opened) throw new Error('no transaction was opened')
    return this.#opened
  }

  override async connect() {
    const adapter = await super.connect()
    adapter.startTransaction = async () => {
      this.#opened = new DriverTransaction(await this.#pool.getConnection())
      return this.#opened
    }
    return adapter
  }
}
