import { PrismaMariaDb } from '@prisma/adapter-mariadb'
import { PrismaClient as MysqlClient } from '../../generated/mysql/client.js'
import { createCommitHooks } from '../commit-hooks.js'
import { ReadSteps } from '../read-steps.js'
import { retryWhileBusy } from '../retry.js'
import type { Db, Lane, OpenOptions, RawTx, Reader, Tx } from '../types.js'
import { Writability } from '../writability.js'
import { connectionSettings, type SessionOptions } from './connection.js'
import { mysql } from './dialect.js'
import { FollowedAdapter } from './driver-transaction.js'
import { isPassing } from './failures.js'
import { createSessionPool } from './pool.js'

const WRITE_PATIENCE_MS = 5_000
const READ_PATIENCE_MS = 2_000
/** How long a query waits for a connection of the pool. */
const POOL_PATIENCE_MS = 2_000
const TRANSACTION_MS = 30_000
const IDLE_SECONDS = 60
/** Changes nothing, and is refused by a server that is read-only. */
const PROBE = 'INSERT INTO event_counter SELECT * FROM event_counter WHERE FALSE'
/** Long reads have this part of the readers' connections at most: the others stay free for short ones. */
const LONG_READS_PART = 3

/**
 * Opens the MySQL or MariaDB database that `url` names; it must be migrated already.
 *
 * Three pools, so that reads, however many, never keep an order waiting for a connection. The writers' is the smaller:
 * whoever writes takes a turn at the counter of the log anyway. Batches of orders, of which there is one at a time, have
 * a connection of their own, and so a client of their own; and those that wait for a row have another, from the first on.
 */
export async function openMysql(url: string, { poolSize, onStorage }: OpenOptions): Promise<Db> {
  const writers = Math.max(1, Math.round(poolSize / 3) - 1)
  const readers = Math.max(1, poolSize - writers - 2)
  const poolOf = (connectionLimit: number, session: SessionOptions) =>
    createSessionPool(
      {
        ...connectionSettings(url),
        connectionLimit,
        minimumIdle: 1,
        idleTimeout: IDLE_SECONDS,
        acquireTimeout: POOL_PATIENCE_MS,
      },
      session,
    )
  const clientOf = (adapter: PrismaMariaDb) =>
    new MysqlClient({
      adapter,
      errorFormat: 'minimal', // the others take a stack trace for every query, whether it fails or not
    })
  // One trip to the server for a statement, where preparing it first would take two.
  const options = { useTextProtocol: true, disposeExternalPool: true }
  const writer = clientOf(new PrismaMariaDb(poolOf(writers, {}), options))
  const reader = clientOf(new PrismaMariaDb(poolOf(readers, { readOnly: true }), options))
  const clients = [writer, reader]
  // The clients of both providers have the same methods but types of their own: these are the casts.
  const limits = { maxWait: POOL_PATIENCE_MS, timeout: TRANSACTION_MS }
  const transact = <T>(body: (tx: Tx) => Promise<T>) =>
    writer.$transaction((tx) => body(tx as unknown as Tx), limits)
  const openLane = () => {
    const adapter = new FollowedAdapter(poolOf(1, { autocommit: false }), options)
    const placer = clientOf(adapter)
    clients.push(placer)
    return <T>(body: (tx: RawTx) => Promise<T>) => placer.$transaction(() => body(adapter.current()), limits)
  }
  const lanes: Partial<Record<Lane, ReturnType<typeof openLane>>> = { main: openLane() }
  const transactIn = (lane: Lane) => {
    lanes[lane] ??= openLane()
    return lanes[lane]
  }
  await Promise.all(clients.map((client) => client.$connect()))

  const writability = new Writability({
    probe: async () => {
      await writer.$executeRawUnsafe(PROBE)
    },
    onChange: onStorage,
  })
  const hooks = createCommitHooks(() => writability.stored())
  const patient = reader.$extends({
    query: {
      $allOperations: ({ args, query }) =>
        retryWhileBusy(() => query(args), { isBusy: isPassing, patience: READ_PATIENCE_MS }),
    },
  })
  /** Runs `work` in a transaction that `open` makes, until it is committed or fails for good. */
  function writeBy<T, X extends RawTx>(
    open: (body: (tx: X) => Promise<T>) => Promise<T>,
    work: (tx: X, inDoubt: boolean) => Promise<T>,
  ): Promise<T> {
    let inDoubt = false
    const attempt = async () => {
      let committing = false
      try {
        return await hooks.run<T, X>(open, async (tx) => {
          const result = await work(tx, inDoubt)
          committing = true
          return result
        })
      } catch (error) {
        // The server may have committed and only its answer be lost.
        if (committing) inDoubt = true
        throw error
      }
    }
    return retryWhileBusy(attempt, { isBusy: isPassing, patience: WRITE_PATIENCE_MS }).catch((error) => {
      writability.failed(error)
      throw error
    })
  }

  return {
    dialect: mysql,
    read: patient as unknown as Reader,
    steps: new ReadSteps({
      remote: mysql.remote,
      atOnce: Math.max(1, Math.floor(readers / LONG_READS_PART)),
    }),
    write: (work) => writeBy(transact, work),
    writeRaw: (work, lane = 'main') => writeBy(transactIn(lane), work),
    afterCommit: hooks.add,
    checkWritable: () => writability.check(),
    async close() {
      await Promise.all(clients.map((client) => client.$disconnect()))
    },
  }
}
