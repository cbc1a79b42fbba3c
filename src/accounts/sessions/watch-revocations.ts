export interface WatchOptions<T> {
  /** Reads what other processes revoked since the last look. */
  revoked: { look(): Promise<T[]> }
  /** Poll interval in milliseconds. */
  everyMs: number
  /** Called for each revocation by another process. Must not throw. */
  onRevoked(revocation: T): void
  /** Called if a poll fails; polling continues. */
  onError(error: unknown): void
}

/** Polls for sessions or keys revoked by other processes, at an interval and on `wake`. */
export function watchRevocations<T>({ revoked, everyMs, onRevoked, onError }: WatchOptions<T>) {
  let looking: Promise<void> | undefined
  let again = false
  let stopped = false

  const look = async () => {
    do {
      again = false
      try {
        for (const revocation of await revoked.look()) onRevoked(revocation)
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
    /** Polls now: another process has just revoked a session. Resolves once it is known here. */
    async wake(): Promise<void> {
      // The query in flight may have read before the revocation.
      if (looking) again = true
      begin()
      await looking
    },

    /** Stops polling; resolves once the poll in flight has ended. */
    async stop(): Promise<void> {
      stopped = true
      clearInterval(timer)
      await looking
    },
  }
}
