import type { Following } from '../stream/following.js'
import type { EventLog } from '../stream/log.js'
import type { ReadLog } from './delivery/blocks.js'

export interface LogReaderOptions {
  following: Following
  eventLog: Pick<EventLog, 'oldest'>
}

/** Scheduling key: as one follower among the others, however many webhooks there are. */
const KEY = 'webhooks'

/** Returns a function that reads the log in turns with sockets and event streams, and shares their pages. */
export function createLogReader({ following, eventLog }: LogReaderOptions): ReadLog {
  const { pages, resuming } = following
  return async (after, upTo) => {
    const page = await resuming.turns.run(KEY, () => pages.all(after, upTo))
    if (page.events) return page
    const oldest = await eventLog.oldest()
    return { ...page, ...(oldest !== undefined && { oldest }) }
  }
}
