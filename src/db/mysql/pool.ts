import { createPool, type Pool, type PoolConfig, type PoolConnection } from 'mariadb'
import { TooSlow, within } from '../../within.js'
import { type DriverSessionOptions, prepareSession } from './connection.js'

/** The driver's error number for a pool acquire timeout. */
const ACQUIRE_TIMEOUT = 45028
/** Grace period beyond the driver's own acquire timeout. */
const SLACK_MS = 250

/** The pool methods used by Prisma's adapter. */
type UsedPool = Pick<Pool, 'getConnection' | 'query' | 'execute' | 'end'>

/**
 * Creates a pool whose connections are configured on first use. The driver's `initSql` would do the same, but
 * in version 3.4.5 a connection lost during it leaves an unhandled rejection, which ends the process.
 */
export function createSessionPool(config: PoolConfig, options: DriverSessionOptions): Pool {
  let pool = createPool(config)
  const ready = new WeakSet<object>()

  // The driver's timer compares wall clock times: setting the clock back would extend the wait by as much.
  async function acquire(from: Pool): Promise<PoolConnection> {
    const connection = from.getConnection()
    try {
      return await within((config.acquireTimeout ?? 0) + SLACK_MS, connection)
    } catch (error) {
      if (!(error instanceof TooSlow)) throw error
      void connection.then((late) => late.release()).catch(() => {})
      throw Object.assign(error, { errno: ACQUIRE_TIMEOUT })
    }
  }

  // A pool without a server reconnects ever more rarely, down to every ten seconds; a new one tries at once.
  async function take(): Promise<PoolConnection> {
    const asked = pool
    try {
      return await acquire(asked)
    } catch (error) {
      if (asked === pool && !asked.closed && asked.totalConnections() === 0) {
        pool = createPool(config)
        void asked.end().catch(() => {})
      }
      throw error
    }
  }

  async function getConnection(): Promise<PoolConnection> {
    const connection = await take()
    if (connection.info && !ready.has(connection.info)) {
      try {
        await prepareSession(connection, options)
      } catch (error) {
        connection.destroy()
        throw error
      }
      ready.add(connection.info)
    }
    return connection
  }

  async function using<T>(work: (connection: PoolConnection) => Promise<T>): Promise<T> {
    const connection = await getConnection()
    try {
      return await work(connection)
    } finally {
      await connection.release()
    }
  }

  const used: UsedPool = {
    getConnection,
    query: (sql, values) => using((connection) => connection.query(sql, values)),
    execute: (sql, values) => using((connection) => connection.execute(sql, values)),
    end: () => pool.end(),
  }
  return used as Pool
}
