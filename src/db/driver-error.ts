const DUPLICATE_ENTRY = 1062
const NO_REFERENCED_ROW = [1216, 1452]

/** The fields of a driver adapter's error read here. */
interface DriverCause {
  kind?: string
  originalCode?: string
  constraint?: { fields?: string[]; index?: string }
}

/** Returns the driver's error inside a Prisma error, wherever Prisma nests it; undefined for other errors. */
export function driverCause(error: unknown): DriverCause | undefined {
  if (!(error instanceof Error)) return undefined
  const { meta, cause } = error as { meta?: { driverAdapterError?: Error }; cause?: DriverCause }
  if (meta?.driverAdapterError) return meta.driverAdapterError.cause as DriverCause | undefined
  return error.name === 'DriverAdapterError' ? cause : undefined
}

/** Returns Prisma's error code (https://www.prisma.io/docs/orm/reference/error-reference), if any. */
export function prismaCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' && /^P\d{4}$/.test(code) ? code : undefined
}

/**
 * Returns SQLite's symbolic error code (https://www.sqlite.org/rescode.html) for an error thrown by its
 * driver.
 */
export function sqliteCode(error: unknown): string | undefined {
  const { name, code } = (error ?? {}) as { name?: unknown; code?: unknown }
  return name === 'SqliteError' && typeof code === 'string' ? code : undefined
}

/** Returns whether `error` is a unique constraint violation. */
export function isUniqueViolation(error: unknown): boolean {
  const { errno } = (error ?? {}) as { errno?: unknown } // of the MySQL/MariaDB driver
  return (
    prismaCode(error) === 'P2002' ||
    driverCause(error)?.kind === 'UniqueConstraintViolation' ||
    sqliteCode(error) === 'SQLITE_CONSTRAINT_UNIQUE' ||
    errno === DUPLICATE_ENTRY
  )
}

/** Returns whether `error` is a foreign key violation: the referenced row does not exist. */
export function isForeignKeyViolation(error: unknown): boolean {
  const { errno } = (error ?? {}) as { errno?: unknown }
  return (
    prismaCode(error) === 'P2003' ||
    driverCause(error)?.kind === 'ForeignKeyConstraintViolation' ||
    sqliteCode(error) === 'SQLITE_CONSTRAINT_FOREIGNKEY' ||
    NO_REFERENCED_ROW.includes(Number(errno))
  )
}
