import { createPool, type Pool, type PoolConfig, type PoolConnection } from 'mariadb'
import { TooSlow, within } from '../../within.js'
import { prepareSession, type SessionOptions } from './connection.js'

/** The driver's number of this failure: no connection of the pool in time. */
const NONE_IN_TIME = 45028
/** How much longer than the driver's own timer a request for a connection lasts at most. */
const SLACK_MS = 250

/** The part of a pool that Prisma's adapter uses. */
type UsedPool = Pick<Pool, 'getConnection' | 'query' | 'execute' | 'end'>

/**
 * A pool whose connections are set up when they are first taken. The driver could do so itself (`initSql`), but where
 * a connection is lost meanwhile, its version 3.4.5 leaves a rejected promise that nobody can handle, and that ends
 * the process.
 */
export function createSessionPool(config: PoolConfig, options: SessionOptions): Pool {
  let pool = createPool(config)
  const ready = new WeakSet<object>()

  // The driver's own timer compares wall clock times, so a clock that is set back would keep a request waiting as much longer.
  async function acquire(from: Pool): Promise<PoolConnection> {
    const connection = from.getConnection()
    try {
      return await within((config.acquireTimeout ?? 0) + SLACK_MS, connection)
    } catch (error) {
      if (!(error instanceof TooSlow)) throw error
      void connection.then((late) => late.release()).catch(() => {})
      throw Object.assign(error, { errno: NONE_IN_TIME })
    }
  }

  // The longer a pool finds no server the more seldom it looks, in the end every ten seconds; a new one looks at once.
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
