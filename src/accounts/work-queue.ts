import { overloaded, Problem, problems } from '../errors.js'

export interface WorkQueueOptions {
  /** Tasks that run at the same time at most. */
  atOnce: number
  /** Tasks that may wait for their turn; more are refused. */
  maxWaiting: number
  /** Of these, those of one client; half of them if left out. */
  maxPerClient?: number
  /** Of these, those that only known clients may take; a quarter of them if left out. */
  keptForKnown?: number
}

/** Whose a task is, as far as its turn depends on it. */
export interface Turn {
  /** Tells clients apart; tasks without one share a place. */
  client?: string
  /** Whether the client has proved itself before: then it waits among its like, for every other turn at the latest. */
  known?: boolean
  /** Aborts when nobody waits for the outcome any more: a task that has not begun never does. */
  signal?: AbortSignal
}

interface Waiting {
  begin(): void
  refuse(reason: Problem): void
}

const RETRY_AFTER_SECONDS = 2

/** Tasks that wait, in a line for each client. Each client's first has its turn before anyone's second. */
class Lane {
  readonly #lines = new Map<string, Waiting[]>() // in the order of their turns
  readonly #capacity: number
  readonly #maxPerClient: number
  #size = 0

  constructor(capacity: number, maxPerClient: number) {
    this.#capacity = capacity
    this.#maxPerClient = maxPerClient
  }

  get isEmpty(): boolean {
    return this.#size === 0
  }

  /** Lines `task` up. Where the lane is full, the client with the most tasks loses its last. @returns false: no room */
  add(client: string, task: Waiting): boolean {
    const line = this.#lines.get(client) ?? []
    if (line.length >= this.#maxPerClient) return false
    if (this.#size >= this.#capacity && !this.#displace(line.length + 1)) return false
    line.push(task)
    this.#lines.set(client, line)
    this.#size++
    return true
  }

  /** Takes the task whose turn it is; its client's next comes after those of all others. */
  take(): Waiting | undefined {
    for (const [client, line] of this.#lines) {
      const task = line.shift()
      this.#lines.delete(client)
      if (line.length > 0) this.#lines.set(client, line)
      this.#size--
      return task
    }
    return undefined
  }

  remove(client: string, task: Waiting): boolean {
    const line = this.#lines.get(client)
    const at = line?.indexOf(task) ?? -1
    if (!line || at < 0) return false
    line.splice(at, 1)
    if (line.length === 0) this.#lines.delete(client)
    this.#size--
    return true
  }

  /** Refuses the last task of the client with the most, if it has more than `than`. */
  #displace(than: number): boolean {
    let longest: [string, Waiting[]] | undefined
    for (const entry of this.#lines) if (entry[1].length > (longest?.[1].length ?? than)) longest = entry
    const [client, line] = longest ?? []
    const last = line?.at(-1)
    if (client === undefined || !last) return false
    this.remove(client, last)
    last.refuse(overloaded(RETRY_AFTER_SECONDS))
    return true
  }
}

/**
 * Runs tasks so many at a time, and fairly: clients take turns (round robin, J. Nagle, RFC 970), so that one that asks
 * much makes others wait for one task of its own, not for all. Known clients have places and every other turn for
 * themselves, so that a crowd of strangers doesn't keep them out.
 */
export function createWorkQueue(options: WorkQueueOptions) {
  const { atOnce, maxWaiting } = options
  const maxPerClient = options.maxPerClient ?? Math.ceil(maxWaiting / 2)
  const keptForKnown = options.keptForKnown ?? Math.floor(maxWaiting / 4)
  const known = new Lane(keptForKnown, maxPerClient)
  const strangers = new Lane(maxWaiting - keptForKnown, maxPerClient)
  let running = 0
  let turnOfKnown = true

  const next = (): Waiting | undefined => {
    const [first, second] = turnOfKnown ? [known, strangers] : [strangers, known]
    if (!first.isEmpty) turnOfKnown = !turnOfKnown
    return first.take() ?? second.take()
  }

  const waitForTurn = ({ client = '', known: isKnown, signal }: Turn) =>
    new Promise<void>((resolve, reject) => {
      const task: Waiting = { begin: () => settle(resolve), refuse: (reason) => settle(() => reject(reason)) }
      const lanes = isKnown ? [known, strangers] : [strangers]
      const lane = lanes.find((each) => each.add(client, task))
      const leave = () => {
        if (lane?.remove(client, task)) task.refuse(gone())
      }
      const settle = (how: () => void) => {
        signal?.removeEventListener('abort', leave)
        how()
      }
      if (!lane) return reject(overloaded(RETRY_AFTER_SECONDS))
      signal?.addEventListener('abort', leave)
    })

  /**
   * Runs `task` when it is its turn.
   * @throws Problem `overloaded` when too many wait already, or when it makes room for others; else whatever `task` throws.
   */
  return async function run<T>(task: () => Promise<T>, turn: Turn = {}): Promise<T> {
    if (turn.signal?.aborted) throw gone()
    if (running < atOnce) running++
    else await waitForTurn(turn)
    try {
      return await task()
    } finally {
      const waiting = next()
      if (waiting)
        waiting.begin() // takes over this task's place
      else running--
    }
  }
}

/** Nobody reads it but the log. */
const gone = () => new Problem(problems.badRequest, 'The client has left.')
