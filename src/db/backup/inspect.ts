import Database from 'better-sqlite3'
import { auditCopy } from '../copy/audit.js'
import type { Cell } from '../copy/side.js'
import { type AppliedMigration, loadMigrations, pendingMigrations } from '../migrations.js'
import { BackupRefused } from './refused.js'

/** What the database of a shop holds. */
export interface Holdings {
  orders: number
  products: number
  users: number
  /** The id of its log, and the last offset of it. */
  epoch: string
  offset: number
  /** What is wrong with the books, in words; nothing as a rule. */
  faults: string[]
}

const COUNTS = `SELECT (SELECT COUNT(*) FROM orders) AS orders, (SELECT COUNT(*) FROM users) AS users,
  (SELECT COUNT(*) FROM products WHERE deleted_at IS NULL) AS products, epoch, last_offset AS "offset"
  FROM event_counter WHERE id = 1`

const HISTORY = 'SELECT migration_name, checksum, finished_at, rolled_back_at FROM _prisma_migrations'

/** @throws BackupRefused when it is damaged, no shop, or newer than this program. */
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
 * Checks the database in `file`, which nothing else works with, and folds it into that one file: without a write-ahead log
 * beside it, it can be moved and copied like any other.
 * @param name what messages call it
 * @throws BackupRefused, MigrationMismatch
 */
export async function inspect(file: string, name: string): Promise<Holdings> {
  const db = new Database(file, { fileMustExist: true })
  try {
    await refuseUnsound(db, name)
    db.pragma('journal_mode = DELETE')
    const query = async (sql: string) => db.prepare<[], Record<string, Cell>>(sql).all()
    const faults = await auditCopy({ query })
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

/** `holdings` in a line. */
export const describe = ({ orders, products, users, epoch, offset }: Holdings) =>
  `${orders} orders, ${products} products, ${users} users; log ${epoch}, up to offset ${offset}`
