/** How many times as long as a slice the rest after it is. */
const REST = 2

/** A piece of work that waits for its turn. */
type Job = () => Promise<void>

export interface TurnsOptions {
  /** For how long turns may follow each other before everything else has its chance, in milliseconds. */
  sliceMs: number
}

/**
 * Has pieces of work take turns: one at a time, and one of each key after the other, so that nobody waits longer
 * because somebody else asked a thousand times. It takes at most a third of the thread's time: after each slice it rests
 * for twice as long as the slice took, and whatever else the process does comes in between.
 */
export class Turns {
  readonly #sliceMs: number
  /** By key, in the order in which the keys have their turns. */
  readonly #waiting = new Map<string, Job[]>()
  #size = 0
  #working = false

  constructor({ sliceMs }: TurnsOptions) {
    this.#sliceMs = sliceMs
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
      const rest = REST * (performance.now() - begun)
      await new Promise((resolve) => setTimeout(resolve, rest))
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
