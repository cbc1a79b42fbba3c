import { LruMap } from 'toad-cache'

/** Hits in the current window, including this one, and the milliseconds until it resets. */
export interface Hits {
  count: number
  resetsInMs: number
}

/** Tracked keys, about 200 bytes each; beyond this the least recently hit are evicted. */
const MAX_KEYS = 5_000

/**
 * Creates a counter of this process, with fixed windows, each starting at its first hit. Returns a new object per hit:
 * pipelined requests are all counted before the first is judged, so each needs its own count and not the latest.
 * @param windowMs length of a window, in milliseconds
 * @param now a monotonic clock, in milliseconds
 * @returns the counter; with `by` of -1, it takes a hit back
 */
export function createLocalHitCounter(
  windowMs: number,
  now = () => performance.now(),
): (key: string, by?: 1 | -1) => Hits {
  const windows = new LruMap<{ count: number; endsAt: number }>(MAX_KEYS)
  return (key, by = 1) => {
    const at = now()
    const current = windows.get(key)
    const window = current && current.endsAt > at ? current : { count: 0, endsAt: at + windowMs }
    window.count = Math.max(0, window.count + by)
    if (window !== current) windows.set(key, window)
    return { count: window.count, resetsInMs: window.endsAt - at }
  }
}
