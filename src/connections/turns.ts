/** Work of one turn of the event loop after which further requests wait for the next, in ms. */
const TURN_MS = 5

/**
 * Spreads requests over turns of the event loop. Requests that pile up while the process is busy are all read in one turn,
 * before it can see that their clients have left. Begun at once, each of them would run in vain; put off, they are dropped
 * as soon as the end of their connections has been read.
 */
export class Turns {
  readonly #waiting: (() => void)[] = []
  #began: number | undefined
  #scheduled = false

  /** How many requests wait. */
  get waiting(): number {
    return this.#waiting.length
  }

  /**
   * Calls `begin` at once, or in a later turn when this one has lasted long enough. Those that wait are first in, first out,
   * and nobody passes them: otherwise a request would wait for as long as every turn is filled by newer ones.
   */
  run(begin: () => void): void {
    if (this.#waiting.length === 0 && !this.#isOver()) return begin()
    this.#waiting.push(begin)
    this.#schedule()
  }

  /** Whether this turn has lasted long enough; begins one when none is under way. */
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
    // The first is called before the event loop looks at every connection once more, the second after it.
    setImmediate(() => setImmediate(() => this.#work()))
  }

  #work(): void {
    this.#scheduled = false
    const end = performance.now() + TURN_MS
    do this.#waiting.shift()?.()
    while (this.#waiting.length > 0 && performance.now() < end)
    if (this.#waiting.length > 0) this.#schedule()
  }
}
