import { FairScheduler } from './fair-scheduler.js'
import type { EventLog } from './log.js'
import { createPages } from './pages.js'
import { Recent } from './recent.js'
import type { Relay } from './relay.js'
import type { ResumeOptions } from './resume.js'

// A client ahead of this node waits this long for it to catch up, then has to reconnect.
const CATCH_UP_MS = 5_000
// Enough to replay a one-second disconnection in a busy shop from memory.
const RECENT_EVENTS = 1_024
// Replays block the thread for at most this plus one page, and a third of the time.
const REPLAY_SLICE_MS = 5

export interface FollowingOptions {
  relay: Relay
  log: EventLog
  /** Maximum offsets to replay to one follower. */
  replayMax: number
  /** Resolves when replays may proceed; undefined: now. */
  settled(): Promise<void> | undefined
}

export type Following = ReturnType<typeof createFollowing>

/**
 * What all followers of the log share, whatever their transport: its pages, and how to resume on them. Create it before
 * anything else subscribes to `relay`.
 */
export function createFollowing({ relay, log, replayMax, settled }: FollowingOptions) {
  const recent = new Recent(RECENT_EVENTS)
  const turns = new FairScheduler({ sliceMs: REPLAY_SLICE_MS, rest: 2, settled })
  const resuming: ResumeOptions = {
    epoch: () => log.epoch(),
    position: () => relay.position,
    exists: async (offset) => offset <= (await log.head()),
    reach: (offset) => relay.reachKnown(offset, CATCH_UP_MS),
    replayMax,
    turns,
  }
  relay.subscribe((events) => recent.add(events))
  relay.onSkip(() => recent.clear())

  return {
    pages: createPages(log, recent),
    resuming,
    /** Number of replays waiting for their turn. */
    waiting: () => turns.size,
  }
}
