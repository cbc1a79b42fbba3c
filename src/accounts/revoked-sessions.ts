import { sql } from '../db/sql.js'
import type { Db } from '../db/types.js'
import { ACCESS_TOKEN_SECONDS } from './token-life.js'

// A commit comes after the time that it writes, by half a minute at most.
const LOOK_BACK_MS = 60_000
/**
 * For how long a revocation is remembered: the life of an access token that was signed just before it, by a process whose
 * clock may be a minute ahead.
 */
const REMEMBER_MS = ACCESS_TOKEN_SECONDS * 1000 + 60_000

export interface RevokedSessionOptions {
  /** Milliseconds since 1970. */
  wallClock?: () => number
  /** Milliseconds on a clock that is never set. */
  steadyClock?: () => number
}

export type RevokedSessions = Awaited<ReturnType<typeof loadRevokedSessions>>

/**
 * The sessions that ended while an access token of theirs may still be out, so that a token dies with its session
 * and no request needs the database to know. A session is forgotten once its last token has expired.
 */
export async function loadRevokedSessions(
  db: Db,
  { wallClock = Date.now, steadyClock = () => performance.now() }: RevokedSessionOptions = {},
) {
  const since = (ms: number) =>
    db.read.$queryRaw<{ id: string; userId: string }[]>(
      sql`SELECT id, user_id AS userId FROM sessions WHERE revoked_at > ${db.dialect.ago(ms)}`,
    )
  // In the order in which they were learned, so that what may be forgotten is always at the front.
  const learned = new Map<string, { wall: number; steady: number }>()

  /** Tokens expire by the wall clock. When that is set back they live longer, so both clocks must say that time is up. */
  const isForgettable = ({ wall, steady }: { wall: number; steady: number }) =>
    wall < wallClock() - REMEMBER_MS && steady < steadyClock() - REMEMBER_MS

  const add = (sessionId: string): void => {
    for (const [id, at] of learned) {
      if (!isForgettable(at)) break
      learned.delete(id)
    }
    learned.delete(sessionId)
    learned.set(sessionId, { wall: wallClock(), steady: steadyClock() })
  }
  for (const { id } of await since(REMEMBER_MS)) add(id)

  return {
    add,
    has: (sessionId: string): boolean => learned.has(sessionId),

    /** Looks for what other processes ended lately, and adds it. @returns the sessions that were not known yet. */
    async look(): Promise<{ id: string; userId: string }[]> {
      const lately = await since(LOOK_BACK_MS)
      const news = lately.filter(({ id }) => !learned.has(id))
      for (const { id } of news) add(id)
      return news
    },
  }
}
