import type { Prisma, PrismaClient } from '#prisma'
import type { Money } from '../money.js'
import type { Dialect } from './dialect.js'
import type { ReadSteps } from './read-steps.js'
import type { RawTx, Tx } from './transaction.js'

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

/** The read methods of the Prisma client, on a separate connection with only committed data visible. */
export type Reader = { [M in ModelName]: ReadModel<PrismaClient[M]> } & Pick<
  PrismaClient,
  '$queryRaw' | '$queryRawUnsafe'
>

/** The server that executed a read of many rows. */
export interface ReplicaRead {
  server: 'replica' | 'primary'
  /** Time until a replica had caught up with the primary, or was given up, in milliseconds; 0 if none was asked. */
  waitedMs: number
}

export interface OpenOptions {
  /** Maximum connections to a database server, for reads and writes. */
  poolSize: number
  /**
   * Returns the minimum retry time for a busy or absent database, in milliseconds, where longer than a request
   * waits. Called at each read and write.
   */
  leastPatience?(): number
  /** Whether `replica` reads from the read-only servers among several database servers. */
  readReplicas?: boolean
  /** Called after each statement of `replica`, if there are replicas to read from. */
  onReplicaRead?(read: ReplicaRead): void
  /** Called with the failure when storage becomes unavailable, and with `undefined` on recovery. */
  onStorage?(failure: unknown): void
  /**
   * Called when another of several database servers takes the writes, with its name, and with none when no server takes
   * them, and why each does not.
   */
  onPrimary?(change: { host: string | undefined; reasons: string[] }): void
  /** Delays a transaction or a step of a long read on the calling thread until the promise resolves; undefined starts it at once. */
  settled?(): Promise<void> | undefined
}

/** A database whose currency has not been read. */
export type OpenedDb = Omit<Db, 'money'>

/** Returns `db` with the reader for lists and searches in place of the one of the primary. */
export const onReplicas = (db: Db): Db => ({ ...db, read: db.replica })

/** How to wait for an unreachable server. */
export interface ServerWait {
  /** How long to keep retrying, in milliseconds. */
  patience?: number
  /** Called with the error before each retry. */
  onWait?(error: unknown): void
}

/** `main` never waits for row locks; `waiting` may. */
export type WriteLane = 'main' | 'waiting'

/** A database of any supported kind. */
export interface Db {
  readonly dialect: Dialect
  readonly read: Reader
  /**
   * Like `read`, for lists and searches: with `readReplicas`, on a replica that has applied everything the primary had
   * committed when the statement began; otherwise the same.
   */
  readonly replica: Reader
  /** The currency of all amounts. */
  readonly money: Money
  /** Paces reads over many rows. */
  readonly steps: ReadSteps
  /**
   * Runs `work` in one interactive transaction and commits it. Retries with back-off when the database is
   * busy or the transaction is a deadlock victim, so `work` may run more than once and must keep its effects
   * inside `tx`. `inDoubt` means the response to an earlier commit of this work was lost: its effects may
   * already exist, and then count as done.
   * @throws DatabaseBusy when the database stays busy for too long; StorageUnavailable when it accepts no
   * changes; otherwise any error of `work`, rolled back.
   */
  write<T>(work: (tx: Tx, inDoubt: boolean) => Promise<T>): Promise<T>
  /**
   * Like `write`, for work in raw SQL only, never called concurrently within a lane. On a server each lane
   * has a reserved connection.
   */
  writeRaw<T>(work: (tx: RawTx, inDoubt: boolean) => Promise<T>, lane?: WriteLane): Promise<T>
  /** Registers `callback` to run once `tx` is committed; never runs after a rollback. It must not throw. */
  afterCommit(tx: RawTx, callback: () => void): void
  /**
   * Resolves if changes can be stored, to the best of current knowledge. Probes only when idle, at most once
   * every few seconds.
   * @throws StorageUnavailable
   */
  checkWritable(): Promise<void>
  close(): Promise<void>
}
