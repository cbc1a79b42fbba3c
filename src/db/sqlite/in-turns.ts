import { setImmediate as turn } from 'node:timers/promises'

/** Longest time without a turn for other work, in milliseconds. */
const TURN_MS = 4

/** Handles row by row, with turns for other work: the same thread answers requests. */
export async function inTurns<T>(rows: T[], handle: (row: T) => void): Promise<void> {
  let start = performance.now()
  for (const row of rows) {
    handle(row)
    if (performance.now() - start < TURN_MS) continue
    await turn()
    start = performance.now()
  }
}
