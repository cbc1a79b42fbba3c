import type { Prisma } from '#prisma'

/** An open interactive transaction. All queries of a unit of work go through it. */
export type Tx = Prisma.TransactionClient

/**
 * The raw-SQL subset of a transaction, also implemented by Prisma's. BIGINT columns are returned as bigint.
 */
export interface RawTx {
  $queryRawUnsafe<T = unknown>(sql: string, ...values: unknown[]): Promise<T>
  /** @returns the number of matched rows. */
  $executeRawUnsafe(sql: string, ...values: unknown[]): Promise<number>
}
