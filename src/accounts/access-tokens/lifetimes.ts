/** Lifetime of an access token, in seconds, unless its session ends earlier. */
export const ACCESS_TOKEN_SECONDS = 15 * 60

/** Returns the lifetime of an access token issued now, in seconds. @param sessionEnd when its session ends at the latest */
export function accessTokenSeconds(sessionEnd: Date): number {
  const left = Math.floor((sessionEnd.getTime() - Date.now()) / 1000)
  return Math.max(1, Math.min(ACCESS_TOKEN_SECONDS, left))
}

/** Absolute lifetime of a session from sign-in, in seconds; refreshing does not extend it. */
export const SESSION_SECONDS = 30 * 24 * 60 * 60
/** Seconds after its last refresh in which a session ends, unless set otherwise. */
export const SESSION_IDLE_SECONDS = 14 * 24 * 60 * 60
/** Maximum live sessions per user. One more ends the least recently used. */
export const MAX_SESSIONS = 100
/**
 * Maximum refreshes per session. Reuse detection needs every token ever issued, so this bounds the stored tokens.
 * A client refreshing every quarter of an hour for 30 days makes 2,880 refreshes.
 */
export const MAX_REFRESHES = 10_000
