import { driverCause, prismaCode, sqliteCode } from '../driver-error.js'

/** Prisma's codes for SQLITE_BUSY and a write conflict in a typed query. */
const RETRYABLE_PRISMA = ['P1008', 'P2034']

/** Whether another connection held the lock for too long: the same operation may be retried. */
export function isRetryable(error: unknown): boolean {
  const cause = driverCause(error)
  return (
    cause?.originalCode?.startsWith('SQLITE_BUSY') === true ||
    cause?.kind === 'SocketTimeout' ||
    sqliteCode(error)?.startsWith('SQLITE_BUSY') === true ||
    RETRYABLE_PRISMA.includes(prismaCode(error) ?? '')
  )
}
