import { createPool, type Pool, type PoolConfig, type PoolConnection } from 'mariadb'
import { TooSlow, within } from '../../within.js'
import { type DriverSessionOptions, prepareSession } from './connection.js'
import { Leases } from './hosts/leases.js'
import type { Primary } from './hosts/primary.js'

/** The driver's error number for a pool acquire timeout. */
const ACQUIRE_TIMEOUT = 45028
/** Grace period beyond the driver's own acquire timeout. */
const SLACK_MS = 250

/** The pool methods used by Prisma's adapter. */
type UsedPool = Pick<Pool, 'getConnection' | 'query' | 'execute' | 'end'>

/** A pool's view of the primary: the server to connect to, and a place to report its errors. */
export type Target = Pick<Primary, 'settings' | 'none' | 'onMove' | 'suspect'>

/** The error of a pool while no server may be written to: its number is the one of a read-only server. */
const noServer = (reason: string) =>
  Object.assign(new Error(reason), { errno: 1290, sqlMessage: reason, sqlState: 'HY000' })

/**
 * Creates a pool of connections to the primary, and follows its moves. Connections are configured on first use: the
 * driver's `initSql` would do the same, but in version 3.4.5 a connection lost during it leaves an unhandled rejection,
 * which ends the process. A connection to a read-only server is destroyed instead of going back to the pool.
 */
export function createSessionPool(primary: Target, config: PoolConfig, options: DriverSessionOptions): Pool {
  const create = () => createPool({ ...primary.settings, ...config })
  let pool = create()
  const ready = new WeakSet<object>()
  const leases = new Leases((error) => primary.suspect(error))

  // An ending pool keeps its connections in use until they are released.
  function replace(): void {
    const old = pool
    pool = create()
    void old.end().catch(() => {})
  }
  primary.onMove((atOnce) => {
    if (pool.closed) return
    replace()
    if (atOnce) leases.abandon()
  })

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
    if (primary.none !== undefined) throw noServer(primary.none)
    const asked = pool
    try {
      return await acquire(asked)
    } catch (error) {
      primary.suspect(error)
      if (asked === pool && !asked.closed && asked.totalConnections() === 0) replace()
      throw error
    }
  }

  async function getConnection(): Promise<PoolConnection> {
    const connection = leases.add(await take())
    if (connection.info && !ready.has(connection.info)) {
      try {
        await prepareSession(connection, options)
      } catch (error) {
        connection.destroy()
        await connection.release()
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
