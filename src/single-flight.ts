import type { Caller } from './db/admission.js'

interface Flight<T> {
  answer: Promise<T>
  callers: (Caller | undefined)[]
}

/** Combines `callers` into one, gone once all of them are. An undefined caller never leaves. */
const combine = (callers: Flight<unknown>['callers']): Caller => ({
  client: callers[0]?.client ?? '',
  gone: () => callers.every((caller) => caller?.gone()),
})

/** Shares work in flight between concurrent callers: at most one run per key, whose outcome all of them get. */
export class SingleFlight<T> {
  readonly #flights = new Map<string, Flight<T>>()

  /**
   * Joins the run in flight for `key`, or starts one.
   * @param work gets all callers of the run combined, including those that join later
   */
  run(key: string, work: (callers: Caller) => Promise<T>, caller?: Caller): Promise<T> {
    const joined = this.#flights.get(key)
    if (joined) {
      joined.callers.push(caller)
      return joined.answer
    }
    const callers = [caller]
    const answer = work(combine(callers)).finally(() => {
      if (this.#flights.get(key)?.answer === answer) this.#flights.delete(key)
    })
    this.#flights.set(key, { answer, callers })
    return answer
  }

  /** Lets later callers start a new run for `key`; the run in flight continues for those it has. */
  forget(key: string): void {
    this.#flights.delete(key)
  }

  /** Lets later callers start new runs for all keys. */
  forgetAll(): void {
    this.#flights.clear()
  }
}

/** Returns a function that runs `work`, or joins its run in flight. */
export function singleFlight<T>(work: () => Promise<T>): () => Promise<T> {
  const flights = new SingleFlight<T>()
  return () => flights.run('', work)
}
