const BEAT_MS = 1_000
/** Missed beats after which a process counts as hanging. A busy machine, or a long transaction, may delay some. */
const MAX_MISSED = 15

/** Calls `beat` from time to time, for as long as the event loop turns. */
export function startBeating(beat: () => void): void {
  setInterval(beat, BEAT_MS).unref()
}

/**
 * Watches for a process that hangs. Missed beats are counted, not timed: a machine that was suspended has missed none.
 * @param onHang called once
 * @returns functions to note a beat, and to stop
 */
export function watchBeats(onHang: () => void) {
  let missed = 0
  const timer = setInterval(() => {
    if (++missed < MAX_MISSED) return
    clearInterval(timer)
    onHang()
  }, BEAT_MS).unref()
  return {
    note: () => {
      missed = 0
    },
    stop: () => clearInterval(timer),
  }
}
