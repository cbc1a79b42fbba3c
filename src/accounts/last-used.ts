export interface LastUsedOptions {
  /** Writes the use of `ids` at `at`. */
  write(ids: string[], at: Date): Promise<unknown>
  /** Called if a write fails: its uses are lost. */
  onError(error: unknown): void
  /** Milliseconds on a monotonic clock. */
  steadyClock?: () => number
}

/** A use is written within this time, in milliseconds. */
const FLUSH_EVERY_MS = 10_000
/** The least time between two writes of one row. */
const WRITE_EVERY_MS = 60_000
/** Rows per write. */
const STEP = 500

/** Notes when rows are used, without a write for each use: a row is written once a minute at most. */
export function createLastUsed({ write, onError, steadyClock = () => performance.now() }: LastUsedOptions) {
  const used = new Set<string>()
  const writtenAt = new Map<string, number>()
  let flushing: Promise<void> = Promise.resolve()

  const flushOnce = async (): Promise<void> => {
    const now = steadyClock()
    // In the order of the writes, so the next ones to write again are at the front.
    for (const [id, at] of writtenAt) {
      if (now - at < WRITE_EVERY_MS) break
      writtenAt.delete(id)
    }
    const due = [...used].filter((id) => !writtenAt.has(id)).sort()
    for (const id of due) {
      used.delete(id)
      writtenAt.set(id, now)
    }
    for (let from = 0; from < due.length; from += STEP)
      await write(due.slice(from, from + STEP), new Date()).catch(onError)
  }

  const flush = (): Promise<void> => {
    flushing = flushing.then(flushOnce)
    return flushing
  }
  const timer = setInterval(flush, FLUSH_EVERY_MS).unref()

  return {
    /** Notes a use of the row `id`. */
    note: (id: string): void => void used.add(id),

    /** Writes the due uses. */
    flush,

    /** Writes the due uses, for the last time. */
    async stop(): Promise<void> {
      clearInterval(timer)
      await flush()
    },
  }
}

export type LastUsed = ReturnType<typeof createLastUsed>
