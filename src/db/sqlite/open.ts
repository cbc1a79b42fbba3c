import { chmodSync, closeSync, existsSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3'
import type { Database } from 'better-sqlite3'
import { PrismaClient as SqliteClient } from '../../generated/sqlite/client.js'
import { makeFolder } from '../../on-disk.js'
import { isIrregular } from '../../regular-file.js'
import { createCommitHooks } from '../commit-hooks.js'
import type { OpenedDb, OpenOptions, Reader } from '../db.js'
import { ReadSteps } from '../read-steps.js'
import { retryWhileBusy } from '../retry.js'
import type { Tx } from '../transaction.js'
import { Writability } from '../writability.js'
import { sqlite } from './dialect.js'
import { createDirectReads } from './direct-reads.js'
import { databaseFile } from './file.js'
import { probe, watchFile } from './probe.js'
import { type Grant, grantDirect } from './raw-transaction.js'
import { shrinkLog } from './shrink-log.js'
import { cacheStatements } from './statement-cache.js'
import { waitForLock } from './wait-for-lock.js'

/**
 * Creates the database folder and file if missing, accessible to the owner only.
 * @throws Error if the path is not a regular file: as root, chmod would succeed even on /dev/null
 */
export function prepareFile(file: string): void {
  if (isIrregular(file)) throw new Error(`${file} is not a regular file`)
  makeFolder(dirname(file))
  // SQLite creates the write-ahead log and its index with the permissions of the file.
  if (existsSync(file)) chmodSync(file, 0o600)
  else closeSync(openSync(file, 'a', 0o600))
}

// The driver is synchronous and would block this thread while waiting for another process's lock: it waits
// briefly, and retryWhileBusy waits asynchronously.
const BUSY_TIMEOUT_MS = 50
const PATIENCE_MS = 5_000
const READER_CACHE = '-65536' // negative: KiB
// Small, because SQLite walks the whole cache at the end of every transaction with a page split
// (pcache1TruncateUnsafe); other pages are in the OS page cache.
const WRITER_CACHE = '-8192'
// 64 MiB of write-ahead log: hot pages are checkpointed and synced less often. The commit running the
// checkpoint stalls everyone, and is then one in about two hundred, outside the slowest 1 %. (A checkpointing
// thread was no better: under load it never caught up, and the log grew to this size anyway.)
const CHECKPOINT_PAGES = '16384'
// The same in bytes: a log grown larger because of a reader is truncated when it restarts.
const LOG_BYTES = String(64 * 1024 * 1024)

/** Prisma's adapter, applying per-connection pragmas. */
class ConfiguredAdapter extends PrismaBetterSqlite3 {
  readonly #pragmas: string
  /** Grants a transaction direct statements, bypassing Prisma. Set by `connect`. */
  grant: Grant = () => {}
  /** Raw queries, bypassing Prisma. Set by `connect`. */
  reads: ReturnType<typeof createDirectReads> | undefined
  /** The underlying driver. Set by `connect`. */
  database: Database | undefined
  constructor(file: string, pragmas: Record<string, string>) {
    super({ url: file, timeout: BUSY_TIMEOUT_MS }, { timestampFormat: 'unixepoch-ms' })
    this.#pragmas = Object.entries(pragmas)
      .map(([name, value]) => `PRAGMA ${name} = ${value};`)
      .join(' ')
  }
  override async connect() {
    const connection = await super.connect()
    await waitForLock(() => connection.executeScript(this.#pragmas))
    const { client } = connection as typeof connection & { client: Database }
    this.database = client
    this.grant = grantDirect(connection, client)
    this.reads = createDirectReads(client)
    cacheStatements(client)
    return connection
  }
}

/**
 * Opens the migrated SQLite database at `url`.
 *
 * Uses two clients, because the adapter has a single connection and a query outside an open transaction would
 * join it: reads would see uncommitted rows, and writes would be rolled back with it. All writes are
 * transactions of the first client, which queues them; everything else uses the second.
 */
export async function openSqlite(
  url: string,
  { onStorage, settled, leastPatience = () => 0 }: Omit<OpenOptions, 'poolSize'>,
): Promise<OpenedDb> {
  const file = databaseFile(url)
  // Minimal errors: other formats capture a stack trace for every query, failed or not. FULL: a commit is on
  // disk when it returns and survives a power cut (sqlite.org/pragma.html#pragma_synchronous).
  const adapter = new ConfiguredAdapter(file, {
    journal_mode: 'WAL',
    synchronous: 'FULL',
    wal_autocheckpoint: CHECKPOINT_PAGES,
    journal_size_limit: LOG_BYTES,
    foreign_keys: 'ON',
    cache_size: WRITER_CACHE,
    // Otherwise the statement journal, a copy of each changed page, goes to a file.
    temp_store: 'MEMORY',
  })
  const writer = new SqliteClient({ adapter, errorFormat: 'minimal' })
  const readerAdapter = new ConfiguredAdapter(file, { query_only: 'ON', cache_size: READER_CACHE })
  const reader = new SqliteClient({ adapter: readerAdapter, errorFormat: 'minimal' })
  await writer.$connect()
  await reader.$connect()
  // Both generated clients have the same methods but distinct types, hence the casts.
  const read: Reader = Object.create(reader, Object.getOwnPropertyDescriptors(readerAdapter.reads ?? {}))
  const refuseIfMoved = watchFile(file)
  const writability = new Writability({
    async probe() {
      refuseIfMoved()
      probe(adapter.database)
    },
    onChange: onStorage,
  })
  const log = adapter.database && shrinkLog(adapter.database, file)
  const hooks = createCommitHooks(() => writability.stored())
  const transact = async <T>(body: (tx: Tx) => Promise<T>) => {
    await settled?.()
    return writer.$transaction(
      async (open) => {
        const tx = open as unknown as Tx
        adapter.grant(tx)
        const result = await body(tx)
        refuseIfMoved()
        return result
      },
      { maxWait: 30_000, timeout: 30_000 },
    )
  }
  const write = <T>(work: (tx: Tx, inDoubt: boolean) => Promise<T>) =>
    // An in-process commit is never in doubt.
    retryWhileBusy(() => hooks.run<T, Tx>(transact, (tx) => work(tx, false)), {
      isBusy: sqlite.isBusy,
      patience: Math.max(PATIENCE_MS, leastPatience()),
    })
      .catch((error) => {
        writability.failed(error)
        throw error
      })
      .finally(() => log?.changed())
  return {
    dialect: sqlite,
    read,
    replica: read,
    steps: new ReadSteps({ remote: sqlite.remote, atOnce: 1, settled }),
    write,
    writeRaw: write,
    afterCommit: hooks.add,
    async checkWritable() {
      refuseIfMoved()
      await writability.check()
    },
    async close() {
      log?.stop()
      await Promise.all([writer.$disconnect(), reader.$disconnect()])
    },
  }
}
