/** Log lines suppressed in one window. */
export interface Suppressed<K> {
  kind: K
  count: number
}

export interface FloodLimitOptions<K> {
  windowMs: number
  /** Maximum lines per kind, client and window. */
  perClient: number
  /** Maximum lines per kind and window, over all clients. */
  inAll: number
  /** Called at the end of a window for each kind with suppressed lines. */
  onSuppressed(suppressed: Suppressed<K>): void
}

interface Window {
  written: number
  suppressed: number
  /** Written lines by client, at most `inAll` entries. */
  byClient: Map<string, number>
}

/**
 * Limits log lines triggered by clients: per client, so one flood does not hide the others, and in total, so many clients
 * cannot fill the disk. Suppressed lines are counted.
 */
export function createFloodLimit<K>(options: FloodLimitOptions<K>) {
  const { windowMs, perClient, inAll, onSuppressed } = options
  const windows = new Map<K, Window>()
  let timer: NodeJS.Timeout | undefined

  const flush = (): void => {
    clearTimeout(timer)
    timer = undefined
    for (const [kind, { suppressed: count }] of windows) if (count > 0) onSuppressed({ kind, count })
    windows.clear()
  }

  return {
    /** Whether to write a line of `kind` triggered by `client`; otherwise counts it as suppressed. */
    allows(kind: K, client: string): boolean {
      timer ??= setTimeout(flush, windowMs).unref()
      const window = windows.get(kind) ?? { written: 0, suppressed: 0, byClient: new Map<string, number>() }
      windows.set(kind, window)
      const own = window.byClient.get(client) ?? 0
      if (own >= perClient || window.written >= inAll) {
        window.suppressed++
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
