import { Worker } from 'node:worker_threads'
import type { LogPage } from './blocks.js'
import type { Endpoint, Progress } from './endpoint.js'
import type { FromThread, ThreadData, ToThread } from './messages.js'
import type { DeliveryTracing, TracedAttempt } from './tracing.js'

/** A deliverer in a thread of its own. */
export interface Delivering {
  /** Permits sending until the time `until` of the monotonic clock. */
  grant(until: number): void
  /** The log has events up to the offset `head`. */
  advance(head: number): void
  /** Replaces the endpoints. */
  setEndpoints(endpoints: readonly Endpoint[]): void
  /** Returns the changes since the last call. @throws if the thread has ended */
  collect(): Promise<Progress[]>
  /** How many events the endpoint furthest behind was behind the log at the last `collect`. */
  readonly behind: number
  /** Ends it. @returns the changes since the last `collect`; none if it ended on its own */
  close(): Promise<Progress[]>
}

export interface StartOptions extends Omit<ThreadData, 'source' | 'isTraced'> {
  /** Reads events of the log. */
  read(after: number, upTo: number): Promise<LogPage>
  /** Called when there is something to collect after a while without. */
  onNews(): void
  /** Follows attempts; nothing by default. */
  trace?: DeliveryTracing | undefined
}

/** Longest wait for a closing thread. */
const CLOSE_MS = 5_000

/** Where there is no build, as in development, a thread needs a TypeScript loader. */
const isSource = import.meta.url.endsWith('.ts')
const script = isSource
  ? new URL('../../../scripts/thread.mjs', import.meta.url)
  : new URL('./delivery-thread.js', import.meta.url)
const source = isSource ? new URL('../delivery-thread.ts', import.meta.url).href : undefined

/** Starts a delivery thread. Signing, TLS and HTTP cost the thread of the orders nothing. */
export function startThread({ read, onNews, trace, ...data }: StartOptions): Delivering {
  const workerData: ThreadData = {
    ...data,
    isTraced: trace !== undefined,
    ...(source !== undefined && { source }),
  }
  const thread = new Worker(script, { workerData, execArgv: [] })
  const calls = new Map<number, { resolve(progress: Progress[]): void; reject(error: unknown): void }>()
  const traced = new Map<number, TracedAttempt>()
  let last = 0
  let behind = 0
  let failure: unknown
  const tell = (message: ToThread) => thread.postMessage(message)

  const fail = (error: unknown) => {
    failure ??= error
    for (const { reject } of calls.values()) reject(failure)
    calls.clear()
  }
  const ended = new Promise<void>((resolve) => {
    thread.once('exit', (code) => {
      fail(new Error(`the delivery thread has ended with ${code}`))
      resolve()
    })
  })
  thread.on('error', fail)
  thread.on('message', async (message: FromThread) => {
    if (message.type === 'news') return onNews()
    if (message.type === 'progress') {
      behind = message.behind
      calls.get(message.call)?.resolve(message.progress)
      calls.delete(message.call)
      return
    }
    if (message.type === 'attempt') {
      const { call, attempt } = message
      const begun = trace?.(attempt)
      if (begun) traced.set(call, begun)
      return tell({ type: 'headers', call, headers: begun?.headers })
    }
    if (message.type === 'attempted') {
      traced.get(message.call)?.end(message.outcome)
      traced.delete(message.call)
      return
    }
    const page = await read(message.after, message.upTo).catch(() => undefined)
    tell({ type: 'page', call: message.call, page })
  })

  const ask = (type: 'collect' | 'close'): Promise<Progress[]> =>
    new Promise((resolve, reject) => {
      if (failure !== undefined) return reject(failure)
      const call = ++last
      calls.set(call, { resolve, reject })
      tell({ type, call })
    })

  return {
    grant: (until) => tell({ type: 'grant', until }),
    advance: (head) => tell({ type: 'advance', head }),
    setEndpoints: (endpoints) => tell({ type: 'endpoints', endpoints }),
    collect: () => ask('collect'),
    get behind() {
      return behind
    },
    async close() {
      const timer = setTimeout(() => thread.terminate(), CLOSE_MS)
      const progress = await ask('close').catch(() => [])
      await ended
      clearTimeout(timer)
      return progress
    },
  }
}
