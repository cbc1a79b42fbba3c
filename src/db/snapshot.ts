import type { Query } from './audit.js'
import type { Dialect } from './dialect.js'
import type { AppliedMigration } from './migrations.js'

/** A shop's data at one moment, for reading. It does not see changes made by servers meanwhile. */
export interface Snapshot {
  readonly dialect: Dialect['name']
  query: Query
  /** Returns the history of migrations; empty for a database without a shop. */
  history(): Promise<AppliedMigration[]>
  /** Returns the names of the indexes made by this program's migrations and missing from the database. */
  missingIndexes(): Promise<string[]>
  close(): Promise<void>
}

/** Options of a snapshot. */
export interface SnapshotOptions {
  /**
   * Called with the damage the database finds in its own pages and tables, in words. It takes as long as reading all of
   * them.
   */
  onDamage?(faults: string[]): void
}
