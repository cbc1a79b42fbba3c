import { signal } from '@preact/signals'
import { Refused } from './failures'

/** Why something waits, and for how long. */
export interface Wait {
  error: unknown
  seconds: number
}

export interface Patience {
  /** Gives up when it is aborted. */
  signal?: AbortSignal
  /** Hears when there is something to wait for, and (undefined) when the wait is over. */
  onWait?: (wait: Wait | undefined) => void
}

const LONGEST_WAIT_SECONDS = 15

/** Counts the moments at which the server was heard of again: who waits for it tries at once. */
export const heardFromServer = signal(0)

function secondsBefore(attempt: number, error: unknown): number {
  if (error instanceof Refused && error.retryAfter !== undefined) return Math.max(1, error.retryAfter)
  return Math.min(2 ** attempt, LONGEST_WAIT_SECONDS)
}

function pause(seconds: number, error: unknown, aborted: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer)
      stopListening()
      aborted?.removeEventListener('abort', end)
      if (aborted?.aborted) reject(aborted.reason)
      else resolve()
    }
    const timer = setTimeout(end, seconds * 1000)
    const before = heardFromServer.peek()
    const stopListening = heardFromServer.subscribe((now) => {
      // Who was told when to come back does not come sooner.
      if (now !== before && !(error instanceof Refused)) queueMicrotask(end)
    })
    aborted?.addEventListener('abort', end)
  })
}

/**
 * Tries `work` again for as long as `again` says of its error that this may help: after the time that the server
 * asked for, else after 1, 2, 4 … seconds.
 * @throws what `work` throws at last, or the reason of `signal`
 */
export async function persist<T>(
  work: () => Promise<T>,
  again: (error: unknown) => boolean,
  { signal: aborted, onWait }: Patience = {},
): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      const result = await work()
      if (attempt > 0) onWait?.(undefined)
      return result
    } catch (error) {
      if (aborted?.aborted || !again(error)) {
        onWait?.(undefined)
        throw error
      }
      const seconds = secondsBefore(attempt, error)
      onWait?.({ error, seconds })
      await pause(seconds, error, aborted)
    }
  }
}
