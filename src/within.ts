/** Thrown by `within` on timeout. */
export class TooSlow extends Error {
  override name = 'TooSlow'
}

/**
 * Settles with the outcome of `work`, or rejects after `ms` milliseconds. A later outcome is dropped.
 * @throws TooSlow, or the error of `work`
 */
export function within<T>(ms: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    // If this process was busy, the result may already be waiting when the timer fires: process I/O first.
    const timer = setTimeout(() => setImmediate(() => reject(new TooSlow(`no answer within ${ms} ms`))), ms)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
