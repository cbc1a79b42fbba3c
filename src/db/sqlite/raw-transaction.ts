import type { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3'
import type { Database, Statement } from 'better-sqlite3'
import type { RawTx } from '../transaction.js'

type Connection = Awaited<ReturnType<PrismaBetterSqlite3['connect']>>
type Value = string | number | null

/**
 * Statements sent directly to the driver inside an interactive transaction opened and ended by Prisma.
 * Prisma's overhead per statement exceeded SQLite's own time, a quarter of the time of an order batch;
 * without it, one plain statement per row is fastest. Integers are returned as numbers, not BigInts.
 */
export interface Direct {
  /** @throws SqliteError, and an Error when the transaction has ended. */
  get<Row>(sql: string, ...values: Value[]): Row | undefined
  /** @throws SqliteError, and an Error when the transaction has ended. */
  run(sql: string, ...values: Value[]): void
}

/** Grants direct statements to the connection's open transaction. */
export type Grant = (tx: RawTx) => void

const granted = new WeakMap<RawTx, Direct>()

/**
 * Returns the direct statements of `tx`.
 * @throws TypeError if `tx` is not a transaction of a SQLite database.
 */
export function direct(tx: RawTx): Direct {
  const statements = granted.get(tx)
  if (!statements) throw new TypeError('not a transaction of this database')
  return statements
}

/**
 * Tracks the transactions of `connection`, at most one at a time. Once Prisma ends one, also by timeout, its
 * statements are rejected: they would autocommit, or join the next transaction.
 */
export function grantDirect(connection: Connection, database: Database): Grant {
  const prepare = database.prepare.bind(database)
  const cache = new Map<string, Statement<Value[]>>()
  let open: object | undefined

  const startTransaction = connection.startTransaction.bind(connection)
  connection.startTransaction = async (isolation) => {
    const transaction = await startTransaction(isolation)
    open = transaction
    for (const end of ['commit', 'rollback'] as const) {
      const inner = transaction[end].bind(transaction)
      transaction[end] = () => {
        open = undefined
        // A failed COMMIT leaves the transaction open (sqlite.org/lang_transaction.html): the next would join it.
        if (database.inTransaction) database.exec('ROLLBACK')
        return inner()
      }
    }
    return transaction
  }

  return (tx) => {
    const current = open
    const statement = (sql: string) => {
      // Prisma sends COMMIT or ROLLBACK shortly before it reports the end of the transaction.
      if (!current || open !== current || !database.inTransaction)
        throw new Error('the transaction has ended')
      let prepared = cache.get(sql)
      if (!prepared) {
        prepared = prepare<Value[]>(sql).safeIntegers(false)
        cache.set(sql, prepared)
      }
      return prepared
    }
    granted.set(tx, {
      get: <Row>(sql: string, ...values: Value[]) => statement(sql).get(...values) as Row | undefined,
      run: (sql, ...values) => {
        statement(sql).run(...values)
      },
    })
  }
}
