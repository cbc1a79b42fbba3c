import type { Db } from '../../db/db.js'
import { sql } from '../../db/sql.js'
import { ACCESS_TOKEN_SECONDS } from '../access-tokens/lifetimes.js'

// A commit follows the timestamp it writes by at most half a minute.
const LOOK_BACK_MS = 60_000
/**
 * How long to remember a revocation: the lifetime of an access token signed just before it, plus a minute of clock
 * skew.
 */
const REMEMBER_MS = ACCESS_TOKEN_SECONDS * 1000 + 60_000

export interface RevokedSessionOptions {
  /** Milliseconds since 1970. */
  wallClock?: () => number
  /** Milliseconds on a monotonic clock. */
  steadyClock?: () => number
}

export type RevokedSessions = Awaited<ReturnType<typeof loadRevokedSessions>>

/**
 * Loads the revoked sessions with possibly unexpired access tokens. Requests check this in-memory set, so a token dies
 * with its session without a database query. A session is forgotten once its last token has expired.
 */
export async function loadRevokedSessions(
  db: Db,
  { wallClock = Date.now, steadyClock = () => performance.now() }: RevokedSessionOptions = {},
) {
  const since = (ms: number) =>
    db.read.$queryRaw<{ id: string; userId: string }[]>(
      sql`SELECT id, user_id AS userId FROM sessions WHERE revoked_at > ${db.dialect.ago(ms)}`,
    )
  // In insertion order, so expired entries are at the front.
  const learned = new Map<string, { wall: number; steady: number }>()

  /** Tokens expire by the wall clock and live longer if it is set back, so both clocks must have passed the limit. */
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

    /** Reads and adds the sessions recently revoked by other processes. @returns those not known yet */
    async look(): Promise<{ id: string; userId: string }[]> {
      const recent = await since(LOOK_BACK_MS)
      const unknown = recent.filter(({ id }) => !learned.has(id))
      for (const { id } of unknown) add(id)
      return unknown
    },
  }
}
