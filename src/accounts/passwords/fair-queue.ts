import { overloaded, Problem, problems } from '../../errors.js'

export interface WorkQueueOptions {
  /** Maximum concurrent tasks. */
  atOnce: number
  /** Maximum waiting tasks; more are refused. */
  maxWaiting: number
  /** Maximum waiting tasks per client; half of `maxWaiting` by default. */
  maxPerClient?: number
  /** Waiting places reserved for known clients; a quarter of `maxWaiting` by default. */
  reservedForKnown?: number
}

/** The scheduling attributes of a task. */
export interface Turn {
  /** Identifies the client; tasks without one share a line. */
  client?: string
  /** Whether the client signed in before: known clients have their own lane, which gets every other turn. */
  known?: boolean
  /** Aborts once the client disconnects: a waiting task is then dropped. */
  signal?: AbortSignal | undefined
}

interface WaitingTask {
  begin(): void
  refuse(reason: Problem): void
}

const RETRY_AFTER_SECONDS = 2

/** Waiting tasks, one line per client, served round robin. */
class ClientQueues {
  readonly #lines = new Map<string, WaitingTask[]>() // in round-robin order
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

  /** Enqueues `task`. If full, it drops the last task of the client with the most. @returns false if there is no room */
  add(client: string, task: WaitingTask): boolean {
    const line = this.#lines.get(client) ?? []
    if (line.length >= this.#maxPerClient) return false
    if (this.#size >= this.#capacity && !this.#displace(line.length + 1)) return false
    line.push(task)
    this.#lines.set(client, line)
    this.#size++
    return true
  }

  /** Dequeues the next task and moves its client to the end of the round. */
  take(): WaitingTask | undefined {
    for (const [client, line] of this.#lines) {
      const task = line.shift()
      this.#lines.delete(client)
      if (line.length > 0) this.#lines.set(client, line)
      this.#size--
      return task
    }
    return undefined
  }

  remove(client: string, task: WaitingTask): boolean {
    const line = this.#lines.get(client)
    const at = line?.indexOf(task) ?? -1
    if (!line || at < 0) return false
    line.splice(at, 1)
    if (line.length === 0) this.#lines.delete(client)
    this.#size--
    return true
  }

  /** Refuses the last task of the client with the most, if that exceeds `than`. */
  #displace(than: number): boolean {
    let longest: [string, WaitingTask[]] | undefined
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
 * Runs tasks with bounded concurrency and fair queueing: clients are served round robin (J. Nagle, RFC 970), so a busy
 * client delays others by one of its tasks, not all of them. Known clients have reserved places and every other turn,
 * so a flood of unknown clients doesn't starve them.
 */
export function createWorkQueue(options: WorkQueueOptions) {
  const { atOnce, maxWaiting } = options
  const maxPerClient = options.maxPerClient ?? Math.ceil(maxWaiting / 2)
  const reservedForKnown = options.reservedForKnown ?? Math.floor(maxWaiting / 4)
  const known = new ClientQueues(reservedForKnown, maxPerClient)
  const strangers = new ClientQueues(maxWaiting - reservedForKnown, maxPerClient)
  let running = 0
  let turnOfKnown = true

  const next = (): WaitingTask | undefined => {
    const [first, second] = turnOfKnown ? [known, strangers] : [strangers, known]
    if (!first.isEmpty) turnOfKnown = !turnOfKnown
    return first.take() ?? second.take()
  }

  const waitForTurn = ({ client = '', known: isKnown, signal }: Turn) =>
    new Promise<void>((resolve, reject) => {
      const task: WaitingTask = {
        begin: () => settle(resolve),
        refuse: (reason) => settle(() => reject(reason)),
      }
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
   * Runs `task` in its turn.
   * @throws Problem `overloaded` if the queue is full or the task is displaced; else the error of `task`
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
        waiting.begin() // takes over this task's slot
      else running--
    }
  }
}

/** Reaches only the log. */
const gone = () => new Problem(problems.badRequest, 'The client has left.')
