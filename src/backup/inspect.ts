import Database from 'better-sqlite3'
import { auditShop } from '../db/audit.js'
import { type AppliedMigration, loadMigrations, pendingMigrations } from '../db/migrations.js'
import { BackupRefused } from './refused.js'

/** Contents of a shop's database. */
export interface Holdings {
  orders: number
  products: number
  users: number
  /** Epoch and last offset of the event log. */
  epoch: string
  offset: number
  /** Inconsistencies of stock and log, in words; normally empty. */
  faults: string[]
}

const COUNTS = `SELECT (SELECT COUNT(*) FROM orders) AS orders, (SELECT COUNT(*) FROM users) AS users,
  (SELECT COUNT(*) FROM products WHERE deleted_at IS NULL) AS products, epoch, last_offset AS "offset"
  FROM event_counter WHERE id = 1`

const HISTORY = 'SELECT migration_name, checksum, finished_at, rolled_back_at FROM _prisma_migrations'

/** @throws BackupRefused if the database is corrupt or not a shop's; MigrationMismatch if it is newer than this program */
async function refuseUnsound(db: Database.Database, name: string): Promise<void> {
  const [first] = db.pragma('integrity_check(1)') as { integrity_check: string }[]
  if (first?.integrity_check !== 'ok')
    throw new BackupRefused(
      `${name} is damaged: ${(first?.integrity_check ?? 'it cannot be checked').replace(/\s+/g, ' ')}`,
    )
  const [orphan] = db.pragma('foreign_key_check') as { table: string }[]
  if (orphan) throw new BackupRefused(`${name} is damaged: rows of ${orphan.table} refer to nothing`)
  const all = await loadMigrations('sqlite')
  const isShop = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = '_prisma_migrations'").get()
  const applied = isShop ? db.prepare<[], AppliedMigration>(HISTORY).all() : []
  if (pendingMigrations(all, applied).length === all.length) throw new BackupRefused(`${name} holds no shop`)
}

/**
 * Checks the database in `file`, which no other process uses, and checkpoints its write-ahead log, so that the single file
 * can be moved and copied.
 * @param name its name in messages
 * @throws BackupRefused, MigrationMismatch
 */
export async function inspect(file: string, name: string): Promise<Holdings> {
  const db = new Database(file, { fileMustExist: true })
  try {
    await refuseUnsound(db, name)
    db.pragma('journal_mode = DELETE')
    const query = async (sql: string) => db.prepare<[], Record<string, unknown>>(sql).all()
    const faults = await auditShop(query)
    const counts = db.prepare<[], Omit<Holdings, 'faults'>>(COUNTS).get()
    if (!counts) throw new BackupRefused(`${name} holds no log`)
    return { ...counts, faults }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code?.startsWith('SQLITE'))
      throw new BackupRefused(`${name} is damaged: ${message}`, { cause: error })
    throw error
  } finally {
    db.close()
  }
}

/** Formats `holdings` as one line. */
export const describe = ({ orders, products, users, epoch, offset }: Holdings) =>
  `${orders} orders, ${products} products, ${users} users; log ${epoch}, up to offset ${offset}`
