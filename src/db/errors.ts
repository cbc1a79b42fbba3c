/** The migration history conflicts with the migration files. The message says how. */
export class MigrationMismatch extends Error {
  override name = 'MigrationMismatch'
}

/** The database holds a partial copy of a shop. */
export class HalfCopied extends MigrationMismatch {}

/** A database server is unusable in its current state. The message says why, in one line. */
export class DatabaseUnusable extends Error {
  override name = 'DatabaseUnusable'
}

/** The database stayed busy beyond the client's patience. Nothing was changed. */
export class DatabaseBusy extends Error {
  constructor(cause: unknown) {
    super('the database stayed busy', { cause })
    this.name = 'DatabaseBusy'
  }
}

/** The database accepts no changes: its disk is full or failing, or it is read-only. Nothing was changed. */
export class StorageUnavailable extends Error {
  override name = 'StorageUnavailable'
  constructor(cause: unknown) {
    super('the database takes no changes', { cause })
  }
}
