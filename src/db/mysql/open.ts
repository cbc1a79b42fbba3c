import { PrismaMariaDb } from '@prisma/adapter-mariadb'
import { PrismaClient as MysqlClient } from '../../generated/mysql/client.js'
import { createCommitHooks } from '../commit-hooks.js'
import type { OpenedDb, OpenOptions, Reader, WriteLane } from '../db.js'
import { ReadSteps } from '../read-steps.js'
import { retryWhileBusy } from '../retry.js'
import type { RawTx, Tx } from '../transaction.js'
import { Writability } from '../writability.js'
import type { DriverSessionOptions } from './connection.js'
import { mysql } from './dialect.js'
import { Primary } from './hosts/primary.js'
import { Replicas } from './hosts/replicas.js'
import { createSessionPool, type Target } from './pool.js'
import { TrackingAdapter } from './raw-transaction.js'
import { createReplicaPool } from './replica-pool.js'
import { isRetryable } from './retryable-errors.js'

const WRITE_PATIENCE_MS = 5_000
const READ_PATIENCE_MS = 2_000
/** How long a query waits for a pooled connection. */
const POOL_PATIENCE_MS = 2_000
const TRANSACTION_MS = 30_000
const IDLE_SECONDS = 60
/** A no-op write, rejected by a read-only server. */
const PROBE = 'INSERT INTO event_counter SELECT * FROM event_counter WHERE FALSE'
/** The share of reader connections available to long reads (1/n): the rest stay free for short ones. */
const LONG_READS_SHARE = 3

/**
 * Opens the migrated MySQL or MariaDB database at `url`. Reads and writes go to the primary among its hosts.
 *
 * Readers and writers have separate pools, so reads never keep an order waiting for a connection. The writer
 * pool is smaller: writers are serialized by the event counter anyway. Order batches run one at a time on a
 * reserved connection with its own client; batches waiting for row locks get a second one, opened on first
 * use.
 */
export async function openMysql(
  url: string,
  { poolSize, leastPatience = () => 0, readReplicas, onReplicaRead, onStorage, onPrimary }: OpenOptions,
): Promise<OpenedDb> {
  const primary = new Primary(url, onPrimary)
  await primary.follow()
  const writers = Math.max(1, Math.round(poolSize / 3) - 1)
  const readers = Math.max(1, poolSize - writers - 2)
  const poolOf = (connectionLimit: number, session: DriverSessionOptions, target: Target = primary) =>
    createSessionPool(
      target,
      {
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
      errorFormat: 'minimal', // other formats capture a stack trace for every query, failed or not
    })
  // One round trip per statement; preparing it first would take two.
  const options = { useTextProtocol: true, disposeExternalPool: true }
  const writer = clientOf(new PrismaMariaDb(poolOf(writers, {}), options))
  const readerPool = poolOf(readers, { readOnly: true })
  const reader = clientOf(new PrismaMariaDb(readerPool, options))
  const clients = [writer, reader]
  const replicaReader = () => {
    const replicas = new Replicas(primary, (target) => poolOf(readers, { readOnly: true }, target))
    return clientOf(new PrismaMariaDb(createReplicaPool(readerPool, replicas, onReplicaRead), options))
  }
  const replica = readReplicas ? replicaReader() : reader
  if (replica !== reader) clients.push(replica)
  // Both generated clients have the same methods but distinct types, hence the casts.
  const limits = { maxWait: POOL_PATIENCE_MS, timeout: TRANSACTION_MS }
  const transact = <T>(body: (tx: Tx) => Promise<T>) =>
    writer.$transaction((tx) => body(tx as unknown as Tx), limits)
  const openLane = () => {
    const adapter = new TrackingAdapter(poolOf(1, { autocommit: false }), options)
    const placer = clientOf(adapter)
    clients.push(placer)
    return <T>(body: (tx: RawTx) => Promise<T>) => placer.$transaction(() => body(adapter.current()), limits)
  }
  const lanes: Partial<Record<WriteLane, ReturnType<typeof openLane>>> = { main: openLane() }
  const transactIn = (lane: WriteLane) => {
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
  const patience = (usual: number) => Math.max(usual, leastPatience())
  const hooks = createCommitHooks(() => writability.stored())
  const patientOf = (client: MysqlClient) =>
    client.$extends({
      query: {
        $allOperations: ({ args, query }) =>
          retryWhileBusy(() => query(args), { isBusy: isRetryable, patience: patience(READ_PATIENCE_MS) }),
      },
    }) as unknown as Reader
  /** Runs `work` in a transaction opened by `open`, retrying until it commits or fails permanently. */
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
        // The server may have committed and only the response was lost.
        if (committing) inDoubt = true
        throw error
      }
    }
    const options = { isBusy: isRetryable, patience: patience(WRITE_PATIENCE_MS) }
    return retryWhileBusy(attempt, options).catch((error) => {
      writability.failed(error)
      throw error
    })
  }

  return {
    dialect: mysql,
    read: patientOf(reader),
    replica: patientOf(replica),
    steps: new ReadSteps({
      remote: mysql.remote,
      atOnce: Math.max(1, Math.floor(readers / LONG_READS_SHARE)),
    }),
    write: (work) => writeBy(transact, work),
    writeRaw: (work, lane = 'main') => writeBy(transactIn(lane), work),
    afterCommit: hooks.add,
    checkWritable: () => writability.check(),
    async close() {
      primary.close()
      await Promise.all(clients.map((client) => client.$disconnect()))
    },
  }
}
