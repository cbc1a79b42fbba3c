import type { Pool, PoolConnection } from 'mariadb'
import { within } from '../../within.js'
import type { ReplicaRead } from '../db.js'
import type { Replica, Replicas } from './hosts/replicas.js'

/** How long a read waits for a replica to catch up, in milliseconds. Then the primary executes it. */
const CATCH_UP_MS = 100
/** The same with the round trips, and with the connecting. */
const REACH_MS = 250

/** A moment in the history of the primary: its transactions by GTID, and the last offset of the log. */
interface Position {
  gtid: string
  offset: bigint
}

const isMariadb = ({ info }: PoolConnection) => info?.isMariaDB() === true

async function lastOffset(connection: PoolConnection): Promise<bigint> {
  const [row] = await connection.query<{ last: unknown }[]>('SELECT last_offset AS last FROM event_counter')
  return BigInt(String(row?.last))
}

async function using<T>(pool: Pool, work: (connection: PoolConnection) => Promise<T>): Promise<T> {
  const connection = await pool.getConnection()
  try {
    return await work(connection)
  } finally {
    await connection.release()
  }
}

/** The position of the primary. The offset comes first, so the transactions include those up to it. */
const positionOf = (primary: Pool): Promise<Position> =>
  using(primary, async (connection) => {
    const variable = isMariadb(connection) ? 'gtid_binlog_pos' : 'gtid_executed'
    const [offset, [row]] = await Promise.all([
      lastOffset(connection),
      connection.query<{ gtid: string | null }[]>(`SELECT @@GLOBAL.${variable} AS gtid`),
    ])
    if (!row?.gtid) throw new Error('the primary has no binary log with GTIDs')
    return { gtid: row.gtid, offset }
  })

/**
 * Waits until a replica has applied everything up to a position. MySQL makes a transaction visible before it adds it to
 * `gtid_executed`, so the offset is compared too: clients may have seen the events of such a transaction.
 */
async function catchesUp(connection: PoolConnection, { gtid, offset }: Position): Promise<boolean> {
  const wait = isMariadb(connection) ? 'MASTER_GTID_WAIT' : 'WAIT_FOR_EXECUTED_GTID_SET'
  const [rows, last] = await Promise.all([
    connection.query<{ state: unknown }[]>(`SELECT ${wait}(?, ?) AS state`, [gtid, CATCH_UP_MS / 1_000]),
    lastOffset(connection),
  ])
  return Number(rows[0]?.state) === 0 && last >= offset
}

/**
 * Creates a pool for reads of many rows. Each statement runs on a replica that has applied what the primary had committed
 * when the statement began (a read index, as in Raft: https://raft.github.io/raft.pdf, section 8), so a client reads its own
 * writes, whichever process stored them. If no replica catches up in time, or it fails, the primary runs the statement.
 * @param onRead called after each statement
 */
export function createReplicaPool(
  primary: Pool,
  replicas: Replicas,
  onRead: (read: ReplicaRead) => void = () => {},
): Pool {
  /** Returns a connection to `replica` once that has caught up with the primary; undefined if it is behind. */
  async function reach(replica: Replica): Promise<PoolConnection | undefined> {
    const connection = await replica.pool.getConnection()
    let isLevel = false
    try {
      isLevel = await catchesUp(connection, await positionOf(primary))
    } finally {
      if (!isLevel) await connection.release()
    }
    return isLevel ? connection : undefined
  }

  async function readFrom(
    replica: Replica,
    sql: unknown,
    values: unknown,
  ): Promise<{ rows: unknown } | undefined> {
    const start = performance.now()
    const reached = reach(replica)
    const connection = await within(REACH_MS, reached).catch(() => {
      void reached.then((late) => late?.release()).catch(() => {})
    })
    if (!connection) return undefined
    const waitedMs = performance.now() - start
    try {
      const rows = await connection.query(sql as string, values)
      onRead({ server: 'replica', waitedMs })
      return { rows }
    } finally {
      await connection.release()
    }
  }

  async function query(sql: unknown, values?: unknown): Promise<unknown> {
    const replica = replicas.next()
    let waitedMs = 0
    if (replica) {
      const start = performance.now()
      // A fault of the statement itself fails on the primary too.
      const read = await readFrom(replica, sql, values).catch(() => undefined)
      if (read) return read.rows
      replicas.rest(replica)
      waitedMs = performance.now() - start
    }
    const rows = await primary.query(sql as string, values)
    onRead({ server: 'primary', waitedMs })
    return rows
  }

  const used: Pick<Pool, 'query' | 'getConnection' | 'end'> = {
    query: query as Pool['query'],
    getConnection: () => primary.getConnection(),
    end: () => replicas.close(),
  }
  return used as Pool
}
