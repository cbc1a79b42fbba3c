import type { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3'
import type { Database, Statement } from 'better-sqlite3'
import type { RawTx } from '../types.js'

type Connection = Awaited<ReturnType<PrismaBetterSqlite3['connect']>>
type Value = string | number | null

/**
 * Statements that go to the driver itself, inside the interactive transaction that Prisma opened and will end. By way
 * of Prisma a statement took longer to get to SQLite than SQLite took for it, a quarter of the time of a batch of orders;
 * and with no such cost a row is best written by a plain statement of its own. Integers are numbers here, not BigInts.
 */
export interface Direct {
  /** @throws SqliteError, and an Error when the transaction has ended. */
  get<Row>(sql: string, ...values: Value[]): Row | undefined
  /** @throws SqliteError, and an Error when the transaction has ended. */
  run(sql: string, ...values: Value[]): void
}

/** Gives the open transaction of one connection its direct statements. */
export type Grant = (tx: RawTx) => void

const granted = new WeakMap<RawTx, Direct>()

/**
 * The direct statements of `tx`.
 * @throws TypeError for what is no transaction of a SQLite database.
 */
export function direct(tx: RawTx): Direct {
  const statements = granted.get(tx)
  if (!statements) throw new TypeError('not a transaction of this database')
  return statements
}

/**
 * Follows the transactions of `connection`, which has one at most at a time. What Prisma has ended, by itself after a
 * timeout too, takes no statement any more: it would be a transaction of its own, or part of the next one.
 */
export function grantDirect(connection: Connection, database: Database): Grant {
  const prepare = database.prepare.bind(database)
  const kept = new Map<string, Statement<Value[]>>()
  let open: object | undefined

  const startTransaction = connection.startTransaction.bind(connection)
  connection.startTransaction = async (isolation) => {
    const transaction = await startTransaction(isolation)
    open = transaction
    for (const end of ['commit', 'rollback'] as const) {
      const inner = transaction[end].bind(transaction)
      transaction[end] = () => {
        open = undefined
        return inner()
      }
    }
    return transaction
  }

  return (tx) => {
    const mine = open
    const statement = (sql: string) => {
      // Prisma sends the COMMIT or ROLLBACK a moment before it says that the transaction has ended.
      if (!mine || open !== mine || !database.inTransaction) throw new Error('the transaction has ended')
      let prepared = kept.get(sql)
      if (!prepared) {
        prepared = prepare<Value[]>(sql).safeIntegers(false)
        kept.set(sql, prepared)
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
