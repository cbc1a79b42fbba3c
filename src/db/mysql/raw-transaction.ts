import { PrismaMariaDb } from '@prisma/adapter-mariadb'
import type { Pool, PoolConnection, UpsertResult } from 'mariadb'
import type { RawTx } from '../transaction.js'
import { isOnGalera } from './connection.js'
import { expectRows, RowsMissing } from './rows-missing.js'

type Adapter = Awaited<ReturnType<PrismaMariaDb['connect']>>
type PrismaTransaction = Awaited<ReturnType<Adapter['startTransaction']>>

const ignore = () => {}

const unsupported = () =>
  Promise.reject(new Error('statements of this transaction are sent by the driver itself'))

/**
 * An interactive transaction opened and ended by Prisma, with statements sent directly through the driver.
 * Through Prisma each statement costs a quarter of a millisecond and a sequential round trip: for an order
 * batch, more than its actual work. The session is not in autocommit mode, so the first statement begins the
 * transaction and saves the round trip of a BEGIN.
 */
export class DriverTransaction implements RawTx, PrismaTransaction {
  readonly provider = 'mysql'
  readonly adapterName = '@prisma/adapter-mariadb'
  /** Makes Prisma leave COMMIT and ROLLBACK to this class. */
  readonly options = { usePhantomQuery: true }
  readonly queryRaw = unsupported
  readonly executeRaw = unsupported

  readonly #connection: PoolConnection
  /**
   * Whether the server supports bulk execution (https://mariadb.com/kb/en/com_stmt_bulk_execute/): MariaDB only, and
   * not as a node of Galera, which does not report the end of this transaction by another node's (MariaDB 10.11.19):
   * the next statement would begin a transaction without the rows, and commit it.
   */
  readonly takesRows: boolean

  #ended = false

  /**
   * @param connection a connection outside autocommit mode and any transaction; released when this one ends.
   */
  constructor(connection: PoolConnection) {
    this.#connection = connection
    this.takesRows = connection.info?.isMariaDB() === true && !isOnGalera(connection)
    // A lost connection rejects the pending statement. The `error` event, if unhandled, would end the
    // process.
    connection.on('error', ignore)
  }

  commit(): Promise<void> {
    return this.#end('COMMIT')
  }

  rollback(): Promise<void> {
    return this.#end('ROLLBACK')
  }

  /**
   * Ends the transaction, also after a Prisma timeout. Later statements are rejected: the connection may
   * serve others.
   */
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

  /**
   * Executes `sql`, which affects one row, for each of `rows` in one round trip.
   * @throws RowsMissing if another number of rows was affected.
   */
  async executeForEach(sql: string, rows: unknown[][]): Promise<void> {
    // Rows whose numbers differ in size are sent in several parts, each with a result of its own.
    const results = [await this.#open.batch<UpsertResult | UpsertResult[]>(sql, rows)].flat()
    expectRows(
      results.reduce((sum, { affectedRows }) => sum + affectedRows, 0),
      rows.length,
    )
  }

  /** Returns the value the statement passed to LAST_INSERT_ID(). */
  async executeForId(sql: string, ...values: unknown[]): Promise<number> {
    return Number((await this.#open.query<UpsertResult>(sql, values)).insertId)
  }

  /**
   * Pipelines `statements`. If one of them ends the transaction, as a deadlock does, the next one begins
   * another: the session must therefore not be in autocommit mode, and the commit must wait for all
   * responses.
   * @throws the first failure, after all responses; another than RowsMissing, which may be no more than its consequence.
   */
  async together(statements: (() => Promise<unknown>)[]): Promise<void> {
    const answers = await Promise.allSettled(statements.map((statement) => statement()))
    const failures = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []))
    if (failures.length > 0) throw failures.find((error) => !(error instanceof RowsMissing)) ?? failures[0]
  }
}

/** Prisma's adapter for a pool of one non-autocommit connection, tracking its open transaction. */
export class TrackingAdapter extends PrismaMariaDb {
  readonly #pool: Pool
  #opened: DriverTransaction | undefined

  constructor(pool: Pool, options: ConstructorParameters<typeof PrismaMariaDb>[1]) {
    super(pool, options)
    this.#pool = pool
  }

  /** Returns the last opened transaction: until it ends, the pool has no connection for another. */
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
