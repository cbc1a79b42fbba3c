/**
 * Turns of the event loop that a rest has at least. libuv accepts one connection in each, so that where the process gets
 * little of a busy machine's time, and every rest is over before it runs again, newcomers are still heard.
 */
const REST_LOOPS = 4

/** A piece of work that waits for its turn. */
type Job = () => Promise<void>

export interface TurnsOptions {
  /** For how long turns may follow each other before everything else has its chance, in milliseconds. */
  sliceMs: number
  /** How long the rest after a slice is, in the time that the slice took: 1 leaves half of the thread's time to others. */
  rest: number
}

/**
 * Has pieces of work take turns: one at a time, and one of each key after the other, so that nobody waits longer
 * because somebody else asked a thousand times. After each slice it rests, and whatever else the process does comes in
 * between.
 */
export class Turns {
  readonly #sliceMs: number
  readonly #rest: number
  /** By key, in the order in which the keys have their turns. */
  readonly #waiting = new Map<string, Job[]>()
  #size = 0
  #working = false

  constructor({ sliceMs, rest }: TurnsOptions) {
    this.#sliceMs = sliceMs
    this.#rest = rest
  }

  /** How many pieces of work wait. */
  get size(): number {
    return this.#size
  }

  /**
   * Runs `work` when its turn has come.
   * @param key whose work it is; the keys take turns, and the work of one key is run in the order of the calls
   * @returns what `work` returns. @throws what it throws.
   */
  run<T>(key: string, work: () => T | Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const job: Job = async () => {
        try {
          resolve(await work())
        } catch (error) {
          reject(error)
        }
      }
      const jobs = this.#waiting.get(key)
      if (jobs) jobs.push(job)
      else this.#waiting.set(key, [job])
      this.#size++
      if (!this.#working) void this.#work()
    })
  }

  async #work(): Promise<void> {
    this.#working = true
    // Never in the turn of whoever asks: what comes in together is heard in full before the first is served.
    await new Promise(setImmediate)
    while (this.#size > 0) {
      const begun = performance.now()
      do await this.#next()?.()
      while (this.#size > 0 && performance.now() - begun < this.#sliceMs)
      const rest = this.#rest * (performance.now() - begun)
      await new Promise((resolve) => setTimeout(resolve, rest))
      for (let i = 0; i < REST_LOOPS; i++) await new Promise(setImmediate)
    }
    this.#working = false
  }

  #next(): Job | undefined {
    const [first] = this.#waiting
    if (!first) return undefined
    const [key, jobs] = first
    this.#waiting.delete(key)
    const job = jobs.shift()
    if (jobs.length > 0) this.#waiting.set(key, jobs) // behind the other keys
    this.#size--
    return job
  }
}
