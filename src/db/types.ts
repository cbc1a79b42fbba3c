import type { Prisma, PrismaClient } from '#prisma'
import type { Dialect } from './dialect.js'
import type { ReadSteps } from './read-steps.js'

/** An open interactive transaction: every query of one piece of work goes through it. */
export type Tx = Prisma.TransactionClient

/**
 * As much of a transaction as statements of our own wording need. Values that the database keeps as BIGINT come as bigint.
 * Prisma's transactions have it too.
 */
export interface RawTx {
  $queryRawUnsafe<T = unknown>(sql: string, ...values: unknown[]): Promise<T>
  /** @returns the number of rows that were found. */
  $executeRawUnsafe(sql: string, ...values: unknown[]): Promise<number>
}

type ReadMethod =
  | 'findUnique'
  | 'findUniqueOrThrow'
  | 'findFirst'
  | 'findMany'
  | 'count'
  | 'aggregate'
  | 'groupBy'
type ReadModel<M> = Pick<M, Extract<keyof M, ReadMethod>>
type ModelName = Uncapitalize<Prisma.ModelName>

/** The reading half of the Prisma client. It has a connection of its own and sees only what is committed. */
export type Reader = { [M in ModelName]: ReadModel<PrismaClient[M]> } & Pick<
  PrismaClient,
  '$queryRaw' | '$queryRawUnsafe'
>

export interface OpenOptions {
  /** Connections to a database server at most, reads and writes together. */
  poolSize: number
  /** Is told when changes cannot be stored any more, and why, and when they can again (`undefined`). */
  onStorage?(failure: unknown): void
}

/** What to do about a server that cannot be reached yet. */
export interface Waiting {
  /** How long to go on trying, in milliseconds. */
  patience?: number
  /** Hears why it cannot be reached, each time before it is tried again. */
  onWait?(error: unknown): void
}

/** `main` is for work that waits for no row; `waiting` for that which may. */
export type Lane = 'main' | 'waiting'

/** A database, whichever it is. */
export interface Db {
  readonly dialect: Dialect
  readonly read: Reader
  /** Paces reads that look at many rows. */
  readonly steps: ReadSteps
  /**
   * Runs `work` in one interactive transaction and commits it. A database that is busy, or that chose this
   * transaction as a deadlock's victim, is retried with back-off, so `work` may run more than once and must
   * keep its effects inside `tx`. `inDoubt` says that the answer to an earlier commit of this work was lost on the
   * way from the server: what it did may be there already, and then counts as done.
   * @throws DatabaseBusy when the database stayed busy for too long; StorageUnavailable when it takes no changes; else
   * whatever `work` throws, rolled back.
   */
  write<T>(work: (tx: Tx, inDoubt: boolean) => Promise<T>): Promise<T>
  /**
   * As `write`, for work that needs no more of the transaction than its own statements, and of which there is one at a time
   * in each lane. A server has a connection for each.
   */
  writeRaw<T>(work: (tx: RawTx, inDoubt: boolean) => Promise<T>, lane?: Lane): Promise<T>
  /** Has `callback` called once `tx` is committed, and never if it is rolled back. It must not throw. */
  afterCommit(tx: RawTx, callback: () => void): void
  /**
   * Resolves when changes can be stored, as far as is known. It writes in quiet times only, every few seconds at most.
   * @throws StorageUnavailable
   */
  checkWritable(): Promise<void>
  close(): Promise<void>
}
