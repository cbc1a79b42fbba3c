/** Time budget of one turn of the event loop, in ms; further requests wait for a later one. */
const TURN_MS = 5
/** While both kinds wait, every fourth request started is a pipelined one. */
const PIPELINED_RATIO = 4

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
 * Pipelined requests yield to the first request of other connections, and connections are served round-robin. Otherwise a
 * few connections, each with a read buffer full of requests, would starve the rest.
 */
export class Turns<Connection extends Deferring> {
  /** Connections whose head request did not queue behind another request of the same connection, in order of arrival. */
  readonly #first: Connection[] = []
  /** The others, round-robin. */
  readonly #pipelined: Connection[] = []
  #begun = 0
  #waiting = 0
  #began: number | undefined
  #scheduled = false

  /** Number of waiting requests. */
  get waiting(): number {
    return this.#waiting
  }

  /**
   * Calls `begin` now, or in a later turn if this one has used up its budget. New requests never overtake waiting ones:
   * otherwise these would starve while newer requests fill every turn.
   * @param connection the connection of the request
   */
  run(connection: Connection, begin: Begin): void {
    if (this.#waiting === 0 && !this.#isOver()) return begin()
    this.#waiting++
    if (connection.deferred.length === 0) this.#first.push(connection)
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
    })
    return false
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
    const isPipelined = this.#first.length === 0 || ++this.#begun % PIPELINED_RATIO === 0
    const connection = (isPipelined && this.#pipelined.shift()) || this.#first.shift()
    if (!connection) return undefined
    const begin = connection.deferred.shift()
    if (connection.deferred.length > 0) this.#pipelined.push(connection)
    this.#waiting--
    return begin
  }
}
