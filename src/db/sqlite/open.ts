import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3'
import type { Database } from 'better-sqlite3'
import { PrismaClient as SqliteClient } from '../../generated/sqlite/client.js'
import { createCommitHooks } from '../commit-hooks.js'
import { ReadSteps } from '../read-steps.js'
import { retryWhileBusy } from '../retry.js'
import { StorageUnavailable } from '../storage.js'
import type { Db, OpenOptions, Reader, Tx } from '../types.js'
import { Writability } from '../writability.js'
import { sqlite } from './dialect.js'
import { type Grant, grantDirect } from './direct.js'
import { databaseFile } from './file.js'
import { probe, watchFile } from './probe.js'
import { shrinkLog } from './shrink-log.js'
import { cacheStatements } from './statement-cache.js'

/** Makes the database's folder and file, for their owner alone, where they are missing. */
export function prepareFile(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  // SQLite gives the write-ahead log and its index the rights of the file itself.
  if (existsSync(file)) chmodSync(file, 0o600)
  else closeSync(openSync(file, 'a', 0o600))
}

// The driver works on the calling thread and would block it while it waits for another process's lock: so it
// waits briefly, and retryWhileBusy does the rest without blocking.
const BUSY_TIMEOUT_MS = 50
const PATIENCE_MS = 5_000
const READER_CACHE = '-65536' // negative: KiB
// Small, because SQLite looks through all of it at the end of every transaction that split a page
// (its pcache1TruncateUnsafe); what isn't in it is in the system's own cache.
const WRITER_CACHE = '-8192'
// 64 MiB of write-ahead log: pages that many commits change are moved into the database, and synced, that much seldomer.
// The commit that does it, while everybody waits, is then one in some two hundred, and not among the slowest hundredth.
// (On a thread of its own it was no better: under load the log never was all moved, so it grew to this in any case.)
const CHECKPOINT_PAGES = '16384'
// The same in bytes: a log that grew larger, because a reader kept it, is cut when it is begun anew.
const LOG_BYTES = String(64 * 1024 * 1024)

/** Prisma's adapter, with the settings that SQLite keeps by connection. */
class ConfiguredAdapter extends PrismaBetterSqlite3 {
  readonly #pragmas: string
  /** Lets a transaction past Prisma, once connected. */
  grant: Grant = () => {}
  /** The driver itself, once connected. */
  database: Database | undefined
  constructor(file: string, pragmas: Record<string, string>) {
    super({ url: file, timeout: BUSY_TIMEOUT_MS }, { timestampFormat: 'unixepoch-ms' })
    this.#pragmas = Object.entries(pragmas)
      .map(([name, value]) => `PRAGMA ${name} = ${value};`)
      .join(' ')
  }
  override async connect() {
    const connection = await super.connect()
    await connection.executeScript(this.#pragmas)
    const { client } = connection as typeof connection & { client: Database }
    this.database = client
    this.grant = grantDirect(connection, client)
    cacheStatements(client)
    return connection
  }
}

/**
 * Opens the SQLite database that `url` names; it must be migrated already.
 *
 * Two clients, because the adapter has one connection, and a query made outside an open transaction would fall
 * into it: it would see rows that may yet be rolled back, and a write would be rolled back with them. So all
 * writes are transactions of the first client, which queues them, and all else goes to the second.
 */
export async function openSqlite(url: string, { onStorage }: Pick<OpenOptions, 'onStorage'>): Promise<Db> {
  const file = databaseFile(url)
  // Errors are minimal because the others take a stack trace for every query, whether it fails or not.
  // FULL: a commit has reached the disk when it returns, and survives a power cut (sqlite.org/pragma.html#pragma_synchronous).
  const adapter = new ConfiguredAdapter(file, {
    journal_mode: 'WAL',
    synchronous: 'FULL',
    wal_autocheckpoint: CHECKPOINT_PAGES,
    journal_size_limit: LOG_BYTES,
    foreign_keys: 'ON',
    cache_size: WRITER_CACHE,
    // Else what a statement might have to undo, each page that it changes, goes to a file.
    temp_store: 'MEMORY',
  })
  const writer = new SqliteClient({ adapter, errorFormat: 'minimal' })
  const reader = new SqliteClient({
    adapter: new ConfiguredAdapter(file, { query_only: 'ON', cache_size: READER_CACHE }),
    errorFormat: 'minimal',
  })
  await writer.$connect()
  await reader.$connect()
  const isMoved = watchFile(file)
  const writability = new Writability({ probe: async () => probe(adapter.database), onChange: onStorage })
  const log = adapter.database && shrinkLog(adapter.database, file)
  const hooks = createCommitHooks(() => writability.stored())
  // The clients of both providers have the same methods but types of their own: these are the casts.
  const transact = <T>(body: (tx: Tx) => Promise<T>) =>
    writer.$transaction(
      (open) => {
        const tx = open as unknown as Tx
        adapter.grant(tx)
        return body(tx)
      },
      { maxWait: 30_000, timeout: 30_000 },
    )
  const write = <T>(work: (tx: Tx, inDoubt: boolean) => Promise<T>) =>
    // A commit of this very process is never in doubt.
    retryWhileBusy(() => hooks.run<T, Tx>(transact, (tx) => work(tx, false)), {
      isBusy: sqlite.isBusy,
      patience: PATIENCE_MS,
    })
      .catch((error) => {
        writability.failed(error)
        throw error
      })
      .finally(() => log?.changed())
  return {
    dialect: sqlite,
    read: reader as unknown as Reader,
    steps: new ReadSteps({ remote: sqlite.remote, atOnce: 1 }),
    write,
    writeRaw: write,
    afterCommit: hooks.add,
    async checkWritable() {
      if (await isMoved()) throw new StorageUnavailable(new Error(`${file} was moved or replaced`))
      await writability.check()
    },
    async close() {
      log?.stop()
      await Promise.all([writer.$disconnect(), reader.$disconnect()])
    },
  }
}
