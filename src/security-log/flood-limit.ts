/** What was left out of the log in one window. */
export interface LeftOut<K> {
  kind: K
  count: number
}

export interface FloodLimitOptions<K> {
  windowMs: number
  /** Lines of one kind that one client causes in a window at most. */
  perClient: number
  /** Lines of one kind that all clients together cause in a window at most. */
  inAll: number
  /** Hears of each kind of which lines were left out, when the window has ended. */
  onLeftOut(leftOut: LeftOut<K>): void
}

interface Window {
  written: number
  leftOut: number
  /** Lines by client. Only clients with a line are in it, so it has `inAll` entries at most. */
  byClient: Map<string, number>
}

/**
 * Bounds what strangers can write into a log, per client, so that a flood from one doesn't hide what others do, and in
 * all, so that many don't fill the disk. What is left out is counted.
 */
export function createFloodLimit<K>(options: FloodLimitOptions<K>) {
  const { windowMs, perClient, inAll, onLeftOut } = options
  const windows = new Map<K, Window>()
  let timer: NodeJS.Timeout | undefined

  const flush = (): void => {
    clearTimeout(timer)
    timer = undefined
    for (const [kind, { leftOut: count }] of windows) if (count > 0) onLeftOut({ kind, count })
    windows.clear()
  }

  return {
    /** Whether a line of `kind` that `client` has caused is written; else it is counted. */
    allows(kind: K, client: string): boolean {
      timer ??= setTimeout(flush, windowMs).unref()
      const window = windows.get(kind) ?? { written: 0, leftOut: 0, byClient: new Map<string, number>() }
      windows.set(kind, window)
      const own = window.byClient.get(client) ?? 0
      if (own >= perClient || window.written >= inAll) {
        window.leftOut++
        return false
      }
      window.byClient.set(client, own + 1)
      window.written++
      return true
    },

    /** Ends the window now. */
    flush,
  }
}
