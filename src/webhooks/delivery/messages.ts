import type { LogPage } from './blocks.js'
import type { Endpoint, Progress } from './endpoint.js'
import type { AttemptEnd, AttemptStart, TracedAttempt } from './tracing.js'

/** The start parameters of a delivery thread. */
export interface ThreadData {
  /** The id of the log. */
  epoch: string
  userAgent: string
  allowPrivate: boolean
  /** Niceness of the thread, 0 to 19. */
  niceness: number
  /** Whether it asks for the headers of each attempt. */
  isTraced: boolean
  /** The TypeScript source of the thread, where there is no build. */
  source?: string
}

/** Messages to a delivery thread. `call` matches an answer to its message. An unreadable page is undefined. */
export type ToThread =
  | { type: 'grant'; until: number }
  | { type: 'advance'; head: number }
  | { type: 'endpoints'; endpoints: readonly Endpoint[] }
  | { type: 'page'; call: number; page: LogPage | undefined }
  | { type: 'headers'; call: number; headers: TracedAttempt['headers'] | undefined }
  | { type: 'collect' | 'close'; call: number }

/** Messages from a delivery thread. Its `attempt` is answered with `headers`: none unless the event is traced. */
export type FromThread =
  | { type: 'read'; call: number; after: number; upTo: number }
  | { type: 'progress'; call: number; progress: Progress[]; behind: number }
  | { type: 'attempt'; call: number; attempt: AttemptStart }
  | { type: 'attempted'; call: number; outcome: AttemptEnd }
  | { type: 'news' }
