/** Time budget of one turn of the event loop, in ms; further requests wait for a later one. */
const TURN_MS = 5
/** While others wait, every fourth request started is a pipelined one. */
const PIPELINED_RATIO = 4
/** Number of reads per turn that begin at once although its budget is used up and changes wait. */
const READS_PER_TURN = 8

type Begin = () => void

/** A connection whose requests may wait. */
interface Deferring {
  /** Its waiting requests. Kept here, and not in a Map of connections, for the reason given in connection.ts. */
  readonly deferred: Begin[]
}

/**
 * Spreads requests over turns of the event loop. Requests piled up while the process is busy are all read in one turn,
 * before it can see which clients have disconnected. Deferring them lets it read those FINs first and drop their requests
 * instead of running them in vain.
 *
 * Reads and changes take turns, so that a read does not wait for a thousand orders, nor an order for a thousand lists. Of each
 * kind, the one that has waited longest is next. A few reads per turn do not wait at all: if they queued behind a crowd of
 * orders, each would wait for a whole batch to be committed and answered.
 *
 * Pipelined requests yield to the first request of other connections, and connections are served round-robin. Otherwise a few
 * connections, each with a read buffer full of requests, would starve the rest.
 */
export class Turns<Connection extends Deferring> {
  /** Connections whose head request did not queue behind another request of the same connection, in order of arrival. */
  readonly #reads: Connection[] = []
  readonly #changes: Connection[] = []
  /** The others, round-robin. */
  readonly #pipelined: Connection[] = []
  #begun = 0
  #isReadNext = false
  #waiting = 0
  #began: number | undefined
  /** Reads begun in this turn beyond its budget. */
  #extraReads = 0
  #scheduled = false

  /** Number of waiting requests. */
  get waiting(): number {
    return this.#waiting
  }

  /**
   * Calls `begin` now, or in a later turn if this one has used up its budget. New requests of a kind never overtake waiting ones:
   * otherwise these would starve while newer requests fill every turn.
   * @param connection the connection of the request
   * @param isRead whether the request only reads
   */
  run(connection: Connection, isRead: boolean, begin: Begin): void {
    if (!this.#isOver() && this.#waiting === 0) return begin()
    if (isRead && this.#mayOvertake(connection)) {
      this.#extraReads++
      return begin()
    }
    this.#waiting++
    if (connection.deferred.length === 0) (isRead ? this.#reads : this.#changes).push(connection)
    connection.deferred.push(begin)
    this.#schedule()
  }

  /** Whether this turn has used up its budget; starts the clock of a new one. */
  #isOver(): boolean {
    const now = performance.now()
    if (this.#began !== undefined) return now - this.#began > TURN_MS
    this.#began = now
    setImmediate(() => {
      this.#began = undefined
      this.#extraReads = 0
    })
    return false
  }

  /** Whether a read may overtake waiting changes: never another read, nor a request of its own connection. */
  #mayOvertake(connection: Connection): boolean {
    return (
      this.#extraReads < READS_PER_TURN &&
      this.#changes.length > 0 &&
      this.#reads.length === 0 &&
      connection.deferred.length === 0
    )
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    // The first immediate runs before the next poll of all connections, the second after it.
    setImmediate(() => setImmediate(() => this.#work()))
  }

  #work(): void {
    this.#scheduled = false
    const end = performance.now() + TURN_MS
    do this.#next()?.()
    while (this.#waiting > 0 && performance.now() < end)
    if (this.#waiting > 0) this.#schedule()
  }

  #next(): Begin | undefined {
    const connection =
      (++this.#begun % PIPELINED_RATIO === 0 && this.#pipelined.shift()) ||
      this.#nextFirst() ||
      this.#pipelined.shift()
    if (!connection) return undefined
    const begin = connection.deferred.shift()
    if (connection.deferred.length > 0) this.#pipelined.push(connection)
    this.#waiting--
    return begin
  }

  #nextFirst(): Connection | undefined {
    this.#isReadNext = !this.#isReadNext
    const [next, other] = this.#isReadNext ? [this.#reads, this.#changes] : [this.#changes, this.#reads]
    return next.shift() ?? other.shift()
  }
}
