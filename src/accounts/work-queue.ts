import { overloaded } from '../errors.js'

export interface WorkQueueOptions {
  /** Tasks that run at the same time at most. */
  atOnce: number
  /** Tasks that may wait for their turn; more are refused. */
  maxWaiting: number
}

const RETRY_AFTER_SECONDS = 2

/** Runs tasks in the order of their coming, so many at a time. */
export function createWorkQueue({ atOnce, maxWaiting }: WorkQueueOptions) {
  const waiting: (() => void)[] = []
  let running = 0

  /** @throws Problem `overloaded` when too many wait already; else whatever `task` throws. */
  return async function run<T>(task: () => Promise<T>): Promise<T> {
    if (running < atOnce) running++
    else {
      if (waiting.length >= maxWaiting) throw overloaded(RETRY_AFTER_SECONDS)
      await new Promise<void>((resolve) => waiting.push(resolve))
    }
    try {
      return await task()
    } finally {
      const next = waiting.shift()
      if (next)
        next() // takes over this task's place
      else running--
    }
  }
}
