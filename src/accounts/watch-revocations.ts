import type { RevokedSessions } from './revoked-sessions.js'

export interface WatchOptions {
  revoked: RevokedSessions
  /** How often to look, in milliseconds. */
  everyMs: number
  /** Hears of each session that another process ended. It must not throw. */
  onRevoked(sessionId: string, userId: string): void
  /** Hears that it could not be looked; the next time comes. */
  onError(error: unknown): void
}

/** Looks for the sessions that other processes end, now and then and when it is woken. */
export function watchRevocations({ revoked, everyMs, onRevoked, onError }: WatchOptions) {
  let looking: Promise<void> | undefined
  let again = false
  let stopped = false

  const look = async () => {
    do {
      again = false
      try {
        for (const { id, userId } of await revoked.look()) onRevoked(id, userId)
      } catch (error) {
        onError(error)
      }
    } while (again && !stopped)
    looking = undefined
  }
  const begin = () => {
    if (!stopped) looking ??= look()
  }
  const timer = setInterval(begin, everyMs).unref()

  return {
    /** Says that another process has just ended a session. */
    wake(): void {
      // What is being read now may have been read before that.
      if (looking) again = true
      begin()
    },

    /** Looks no more; resolves when the last look has ended. */
    async stop(): Promise<void> {
      stopped = true
      clearInterval(timer)
      await looking
    },
  }
}
