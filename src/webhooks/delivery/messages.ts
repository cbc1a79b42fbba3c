import type { LogPage } from './blocks.js'
import type { Endpoint, Progress } from './endpoint.js'

/** The start parameters of a delivery thread. */
export interface ThreadData {
  /** The id of the log. */
  epoch: string
  userAgent: string
  allowPrivate: boolean
  /** Niceness of the thread, 0 to 19. */
  niceness: number
  /** The TypeScript source of the thread, where there is no build. */
  source?: string
}

/** Messages to a delivery thread. `call` matches an answer to its message. */
export type ToThread =
  | { type: 'grant'; until: number }
  | { type: 'advance'; head: number }
  | { type: 'endpoints'; endpoints: readonly Endpoint[] }
  | { type: 'page'; call: number; page: LogPage | undefined }
  | { type: 'collect' | 'close'; call: number }

/** Messages from a delivery thread. An unreadable page is undefined. */
export type FromThread =
  | { type: 'read'; call: number; after: number; upTo: number }
  | { type: 'progress'; call: number; progress: Progress[]; behind: number }
  | { type: 'news' }
