import { stopwatch } from './stopwatch.js'
import { type Standing, WaitingLine } from './waiting-line.js'

interface Job extends Standing {
  begin(): Promise<void>
}

export interface FairSchedulerOptions {
  /** Length of a time slice, in milliseconds of processor time. */
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
  readonly #waiting = new Map<string, WaitingLine<Job>>()
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
   * @param key keys are served round-robin
   * @param standing among the jobs of the same key, which run in order by default
   */
  run<T>(key: string, work: () => T | Promise<T>, standing: Partial<Standing> = {}): Promise<T> {
    return new Promise((resolve, reject) => {
      const { progress = 0, since = performance.now() } = standing
      const begin = async () => {
        try {
          resolve(await work())
        } catch (error) {
          reject(error)
        }
      }
      const line = this.#waiting.get(key) ?? new WaitingLine<Job>()
      line.add({ begin, progress, since })
      this.#waiting.set(key, line)
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
      const slice = stopwatch()
      do await this.#next()?.begin()
      while (this.#size > 0 && !slice.worked(this.#sliceMs))
      const rest = this.#rest * slice.passed()
      await new Promise((resolve) => setTimeout(resolve, rest))
    }
    this.#working = false
  }

  #next(): Job | undefined {
    const [first] = this.#waiting
    if (!first) return undefined
    const [key, line] = first
    this.#waiting.delete(key)
    const job = line.next()
    if (line.size > 0) this.#waiting.set(key, line) // behind the other keys
    this.#size--
    return job
  }
}
