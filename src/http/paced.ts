import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'

/** Turns of the event loop for other work waiting for this thread: one to begin it, one to finish it. */
const TURNS = 2
/** Share of a piece's time in these turns from which on others are at work. */
const BUSY = 0.25
/** The rest after a piece while others are at work, as a multiple of the piece's time: it leaves them two thirds of the thread. */
const REST = 2
const MAX_REST_MS = 1_000

/**
 * Runs the pieces of a long answer, and rests before each while others are at work: an idle thread is used in full.
 * @returns the function to run a piece
 */
export function pacing(): <T>(piece: () => Promise<T>) => Promise<T> {
  let last = 0
  return async (piece) => {
    if (last > 0) {
      const start = performance.now()
      for (let i = 0; i < TURNS; i++) await nextTurn()
      if (performance.now() - start > BUSY * last) await sleep(Math.min(REST * last, MAX_REST_MS))
    }
    const before = performance.eventLoopUtilization()
    try {
      return await piece()
    } finally {
      // Without the wait for a database in another process.
      last = performance.eventLoopUtilization(before).active
    }
  }
}
