import type { Pool } from 'mariadb'
import type { Target } from '../pool.js'
import type { Host } from './host.js'
import type { Primary } from './primary.js'

/** How long a replica that failed or was behind gets no reads, in milliseconds. */
const REST_MS = 1_000

/** A replica with a pool of connections. */
export interface Replica {
  readonly pool: Pool
  restsUntil: number
}

/** The replicas of a primary that can be read from, in turns. */
export class Replicas {
  readonly #primary: Primary
  readonly #newPool: (target: Target) => Pool
  readonly #open = new Map<Host, Replica & { abandon(): void }>()
  #turn = 0

  /** @param newPool creates the pool of connections to a replica */
  constructor(primary: Primary, newPool: (target: Target) => Pool) {
    this.#primary = primary
    this.#newPool = newPool
    primary.onLook(() => this.#update())
    this.#update()
  }

  /** Returns the next replica that does not rest. */
  next(): Replica | undefined {
    const now = performance.now()
    const fit = [...this.#open.values()].filter(({ restsUntil }) => restsUntil <= now)
    return fit[this.#turn++ % fit.length]
  }

  /** Reads nothing from `replica` for a second. */
  rest(replica: Replica): void {
    replica.restsUntil = performance.now() + REST_MS
  }

  async close(): Promise<void> {
    const open = [...this.#open.values()]
    this.#open.clear()
    await Promise.all(open.map(({ pool }) => pool.end()))
  }

  /** Opens a pool to each new replica, and fails what hangs on a server that no longer is one. */
  #update(): void {
    const present = this.#primary.replicas
    for (const [host, { pool, abandon }] of this.#open) {
      if (present.includes(host)) continue
      this.#open.delete(host)
      abandon()
      void pool.end().catch(() => {})
    }
    for (const host of present) if (!this.#open.has(host)) this.#open.set(host, this.#poolTo(host))
  }

  #poolTo({ settings }: Host) {
    let abandon = () => {}
    const pool = this.#newPool({
      settings,
      none: undefined,
      onMove: (listener) => {
        abandon = () => listener(true)
      },
      suspect: (error) => this.#primary.suspect(error),
    })
    return { pool, restsUntil: 0, abandon: () => abandon() }
  }
}
