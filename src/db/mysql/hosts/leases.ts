import type { PoolConnection } from 'mariadb'
import { isLost, isMisdirected } from '../retryable-errors.js'

/** The driver's error number for a connection closed during a statement. */
const CLOSED = 45009
const MOVED = 'the primary has moved'

/** The connections handed out by a pool, and the statements under way on them. */
export class Leases {
  readonly #pending = new Map<PoolConnection, Set<(error: Error) => void>>()
  readonly #unfit = new WeakSet<PoolConnection>()
  readonly #abandoned = new WeakSet<PoolConnection>()
  readonly #suspect: (error: unknown) => void

  /** @param suspect called with each error that points to another primary, or none */
  constructor(suspect: (error: unknown) => void) {
    this.#suspect = suspect
  }

  /** Hands out `connection`: its `release` destroys it instead if it turns out to lead to a read-only server. */
  add(connection: PoolConnection): PoolConnection {
    const pending = new Set<(error: Error) => void>()
    const running = new Set<Promise<unknown>>()
    this.#pending.set(connection, pending)
    const release = connection.release
    connection.release = async () => {
      this.#pending.delete(connection)
      if (!this.#unfit.has(connection)) return release()
      // With a statement under way, the driver's `destroy` (3.4.5) sends a KILL whose failure is not caught.
      void Promise.allSettled(running).then(() => connection.destroy())
    }
    const watch = <T>(start: () => Promise<T>): Promise<T> => {
      if (this.#abandoned.has(connection)) return Promise.reject(moved())
      const statement = start()
      running.add(statement)
      return new Promise<T>((resolve, reject) => {
        pending.add(reject)
        statement
          .then(resolve, (error) => {
            this.#note(connection, error)
            reject(error)
          })
          .finally(() => {
            pending.delete(reject)
            running.delete(statement)
          })
      })
    }
    const { query, execute, batch } = connection
    connection.query = (...values) => watch(() => query.apply(connection, values)) as never
    connection.execute = (...values) => watch(() => execute.apply(connection, values)) as never
    connection.batch = (...values) => watch(() => batch.apply(connection, values)) as never
    return connection
  }

  /** Fails the statements under way on all connections in use, and refuses further ones. Each ends when it is released. */
  abandon(): void {
    for (const [connection, pending] of this.#pending) {
      this.#unfit.add(connection)
      this.#abandoned.add(connection)
      for (const fail of pending) fail(moved())
    }
  }

  #note(connection: PoolConnection, error: unknown): void {
    if (isMisdirected(error)) this.#unfit.add(connection)
    else if (!isLost(error)) return
    this.#suspect(error)
  }
}

/** Returns an error in the form in which Prisma's adapter recognises the driver's. */
const moved = () => Object.assign(new Error(MOVED), { errno: CLOSED, sqlMessage: MOVED, sqlState: '08S01' })
