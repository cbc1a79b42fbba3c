/** One job in this many is the oldest, not the most advanced. */
const OLDEST_EVERY = 4

/** Where a job stands among others of its line. */
export interface Standing {
  /** The most advanced job is next; of equal ones, the first that was added. */
  progress: number
  /** Time of the first job of the same work. */
  since: number
}

/**
 * Waiting jobs. The most advanced is next, so work that comes in many jobs is finished one after another: with as many
 * turns for each, new input could arrive faster than anybody gets on, and nobody would ever be done. Every fourth is
 * the oldest, which none can keep waiting by being quicker.
 */
export class WaitingLine<Job extends Standing> {
  /** The most advanced last; of equal ones, the first last. */
  readonly #jobs: Job[] = []
  #taken = 0

  get size(): number {
    return this.#jobs.length
  }

  add(job: Job): void {
    let [low, high] = [0, this.#jobs.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#jobs[middle] as Job).progress < job.progress) low = middle + 1
      else high = middle
    }
    this.#jobs.splice(low, 0, job)
  }

  /** Takes the next job; undefined if there is none. */
  next(): Job | undefined {
    if (++this.#taken % OLDEST_EVERY > 0) return this.#jobs.pop()
    let oldest = this.#jobs.length - 1
    this.#jobs.forEach(({ since }, i) => {
      if (since < (this.#jobs[oldest] as Job).since) oldest = i
    })
    return this.#jobs.splice(oldest, 1)[0]
  }
}
