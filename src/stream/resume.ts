import type { StreamReady } from '../contract/events.js'
import type { FairScheduler } from './fair-scheduler.js'
import type { Page, ReadPage } from './pages.js'

/** A client that follows the log over some transport. A portion is sent between two waits. */
export interface Follower<Portion> {
  readonly connected: boolean
  /** Encodes the events of `page`; a typical page is one portion. */
  portionsOf(page: Page): Portion[]
  send(portion: Portion): void
  /** Resolves when the transport has taken what was sent, or the client has left (back-pressure). */
  drained(): Promise<void>
  /** Joins the live stream. */
  join(): void
  /** Sends the position, after the join. */
  ready(position: StreamReady): void
}

/** The last event that a client saw. Without an offset it has seen none. */
export interface ResumePosition {
  offset?: number | null | undefined
  epoch?: string | null | undefined
}

export interface ResumeOptions {
  /** Returns the current epoch of the log. */
  epoch(): string
  /** Returns the offset up to which all events were delivered to the live followers. */
  position(): number
  /** Whether the log contains `offset`, delivered on this node or not. */
  exists(offset: number): Promise<boolean>
  /** Waits until `position` reaches `offset`, which exists in the log. Throws on timeout. */
  reach(offset: number): Promise<void>
  /** Maximum offsets to replay; past this a client had better reload its state. */
  replayMax: number
  /** Schedules reads of the log. */
  turns: FairScheduler
}

/** Outcome for a new follower; 'gone' if it disconnected midway. */
export type ResumeResult = 'fresh' | 'recovered' | 'unrecoverable' | 'gone'

/**
 * Replays missed events to `follower`, then joins it to the live stream: from its offset if the log still has all events
 * since, else from now on. Replay and live stream meet without gap or overlap: the last check of `position` and the join
 * happen in one turn of the event loop, during which nothing is delivered to the live followers.
 *
 * Of followers with the same key, the one nearest to the end of the log is next. Each is level after a few turns of its own,
 * in which the log hardly grows; if they all took turns, it could grow by more than a page in each round of thousands.
 * @param read reads pages of the log, filtered for this follower
 * @param key scheduling key; followers with the same key share their turns
 */
export async function resume<Portion>(
  follower: Follower<Portion>,
  { offset, epoch: knownEpoch }: ResumePosition,
  read: ReadPage,
  key: string,
  { epoch, position, exists, reach, replayMax, turns }: ResumeOptions,
): Promise<ResumeResult> {
  const ready = (recovered: boolean): ResumeResult => {
    follower.join()
    follower.ready({ epoch: epoch(), offset: position(), recovered })
    return recovered ? 'recovered' : 'unrecoverable'
  }
  if (offset === undefined || offset === null) {
    ready(false)
    return 'fresh'
  }
  if (knownEpoch !== epoch()) return ready(false)
  // A client from a faster node may have seen events not yet delivered here.
  if (offset > position()) {
    const found = await turns.run(key, () => follower.connected && exists(offset))
    if (!follower.connected) return 'gone'
    if (!found) return ready(false)
    await reach(offset)
    if (!follower.connected) return 'gone'
  }
  if (position() - offset > replayMax) return ready(false)
  if (offset === position()) return ready(true)

  const since = performance.now()
  let sentUpTo = offset
  /** Sends the next page, and joins once level with `position`. Returns the unsent rest of a large page. */
  const takeTurn = async (): Promise<ResumeResult | Portion[]> => {
    if (!follower.connected) return 'gone'
    // Again at each turn: the log grows while a follower waits.
    if (position() - sentUpTo > replayMax) return ready(false)
    if (sentUpTo < position()) {
      const page = await read(sentUpTo, position())
      if (!follower.connected) return 'gone'
      if (!page.events || knownEpoch !== epoch()) return ready(false)
      const [first, ...rest] = follower.portionsOf(page)
      if (first !== undefined) follower.send(first)
      sentUpTo = page.upTo
      if (rest.length > 0) return rest
    }
    return sentUpTo < position() ? [] : ready(true)
  }
  for (;;) {
    const result = await turns.run(key, takeTurn, { progress: sentUpTo, since })
    if (typeof result === 'string') return result
    await follower.drained()
    for (const portion of result) {
      if (!follower.connected) return 'gone'
      follower.send(portion)
      await follower.drained()
    }
  }
}
