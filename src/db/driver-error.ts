const DUPLICATE_ENTRY = 1062
const NO_REFERENCED_ROW = [1216, 1452]

/** What a driver adapter tells of a failure, as far as the code looks at it. */
interface DriverCause {
  kind?: string
  originalCode?: string
  constraint?: { fields?: string[]; index?: string }
}

/** The driver's own account of a Prisma error, wherever Prisma put it; undefined for an error of another kind. */
export function driverCause(error: unknown): DriverCause | undefined {
  if (!(error instanceof Error)) return undefined
  const { meta, cause } = error as { meta?: { driverAdapterError?: Error }; cause?: DriverCause }
  if (meta?.driverAdapterError) return meta.driverAdapterError.cause as DriverCause | undefined
  return error.name === 'DriverAdapterError' ? cause : undefined
}

/** Prisma's error code (https://www.prisma.io/docs/orm/reference/error-reference), if it is a Prisma error. */
export function prismaCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' && /^P\d{4}$/.test(code) ? code : undefined
}

/** SQLite's error code by name (https://www.sqlite.org/rescode.html), if it came straight from its driver. */
export function sqliteCode(error: unknown): string | undefined {
  const { name, code } = (error ?? {}) as { name?: unknown; code?: unknown }
  return name === 'SqliteError' && typeof code === 'string' ? code : undefined
}

/** Whether `error` says that a row with the same unique key is there already. */
export function isUniqueViolation(error: unknown): boolean {
  const { errno } = (error ?? {}) as { errno?: unknown } // of MySQL's and MariaDB's driver itself
  return (
    prismaCode(error) === 'P2002' ||
    driverCause(error)?.kind === 'UniqueConstraintViolation' ||
    sqliteCode(error) === 'SQLITE_CONSTRAINT_UNIQUE' ||
    errno === DUPLICATE_ENTRY
  )
}

/** Whether `error` says that a row which it refers to is not there. */
export function isForeignKeyViolation(error: unknown): boolean {
  const { errno } = (error ?? {}) as { errno?: unknown }
  return (
    prismaCode(error) === 'P2003' ||
    driverCause(error)?.kind === 'ForeignKeyConstraintViolation' ||
    sqliteCode(error) === 'SQLITE_CONSTRAINT_FOREIGNKEY' ||
    NO_REFERENCED_ROW.includes(Number(errno))
  )
}
