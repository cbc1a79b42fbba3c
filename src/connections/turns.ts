/** Work of one turn of the event loop after which further requests wait for the next, in ms. */
const TURN_MS = 50

/**
 * Tells which requests had better wait for the next turn of the event loop. Requests that pile up while the process is
 * busy are all read in one turn, before it can see that their clients have left. Begun at once, each of them would run
 * in vain; put off, they are dropped as soon as the end of their connections has been read.
 */
export function createTurns() {
  let began: number | undefined
  const end = () => {
    began = undefined
  }
  return {
    /** Whether this turn has lasted long enough; begins one when none is under way. */
    get full(): boolean {
      const now = performance.now()
      if (began !== undefined) return now - began > TURN_MS
      began = now
      setImmediate(end)
      return false
    },
    /** Calls `run` when the event loop has looked at every connection once more. */
    after(run: () => void): void {
      // The first is called before the loop polls, the second after it.
      setImmediate(() => setImmediate(run))
    },
  }
}
