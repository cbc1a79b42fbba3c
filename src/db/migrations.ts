import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ROOT } from '../paths.js'
import { HalfCopied, MigrationMismatch } from './errors.js'

export interface Migration {
  name: string
  sql: string
  /** SHA-256 of the file in hex, as recorded by Prisma. */
  checksum: string
}

/** A row of Prisma's `_prisma_migrations`. */
export interface AppliedMigration {
  migration_name: string
  checksum: string
  finished_at: unknown
  rolled_back_at: unknown
}

/**
 * The name of an unfinished migration row, present while a shop is copied into the database: it keeps servers
 * from starting on a partial copy.
 */
export const COPY_MARK = 'db_copy'

/** Loads the migrations of a provider, oldest first. */
export async function loadMigrations(provider: 'sqlite' | 'mysql'): Promise<Migration[]> {
  const dir = join(ROOT, 'prisma', provider, 'migrations')
  const entries = await readdir(dir, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  return Promise.all(
    names.sort().map(async (name) => {
      const file = await readFile(join(dir, name, 'migration.sql'))
      return { name, sql: file.toString(), checksum: createHash('sha256').update(file).digest('hex') }
    }),
  )
}

/**
 * Returns the pending migrations, by the rules of `prisma migrate deploy`.
 * @throws MigrationMismatch for a database newer than the files, an edited file, or a failed migration;
 * HalfCopied.
 */
export function pendingMigrations(all: Migration[], applied: AppliedMigration[]): Migration[] {
  const files = new Map(all.map((migration) => [migration.name, migration]))
  const done = new Set<string>()
  for (const row of applied.filter((r) => r.rolled_back_at === null)) {
    const file = files.get(row.migration_name)
    if (row.migration_name === COPY_MARK)
      throw new HalfCopied('a copy into it did not end: run that db:copy again')
    if (row.finished_at === null)
      throw new MigrationMismatch(
        `migration ${row.migration_name} failed earlier; see "prisma migrate resolve"`,
      )
    if (!file)
      throw new MigrationMismatch(
        `the database is newer than this program: it has the migration ${row.migration_name}`,
      )
    if (file.checksum !== row.checksum)
      throw new MigrationMismatch(`migration ${row.migration_name} was edited after it was applied`)
    done.add(row.migration_name)
  }
  return all.filter((migration) => !done.has(migration.name))
}
