type Job = () => Promise<void>

export interface FairSchedulerOptions {
  /** Length of a time slice, in milliseconds. */
  sliceMs: number
  /** Pause after a slice, as a multiple of its actual length: 1 leaves half of the thread's time to other work. */
  rest: number
  /** Resolves when a slice may begin; undefined: now. */
  settled?(): Promise<void> | undefined
}

/**
 * Fair scheduler: runs jobs one at a time, round-robin by key, so a thousand jobs of one client do not delay another's.
 * Pauses after each time slice, so other work of the process is not starved.
 */
export class FairScheduler {
  readonly #sliceMs: number
  readonly #rest: number
  readonly #settled: FairSchedulerOptions['settled']
  /** Jobs by key, in round-robin order. */
  readonly #waiting = new Map<string, Job[]>()
  #size = 0
  #working = false

  constructor({ sliceMs, rest, settled }: FairSchedulerOptions) {
    this.#sliceMs = sliceMs
    this.#rest = rest
    this.#settled = settled
  }

  /** Number of waiting jobs. */
  get size(): number {
    return this.#size
  }

  /**
   * Queues `work` and settles with its outcome.
   * @param key keys are served round-robin; jobs with the same key run in order
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
    // Not in the caller's turn: requests that arrive together are all queued before the first is served.
    await new Promise(setImmediate)
    while (this.#size > 0) {
      await this.#settled?.()
      const begun = performance.now()
      do await this.#next()?.()
      while (this.#size > 0 && performance.now() - begun < this.#sliceMs)
      const rest = this.#rest * (performance.now() - begun)
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
