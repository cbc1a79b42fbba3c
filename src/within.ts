/** An answer did not come in time. */
export class TooSlow extends Error {
  override name = 'TooSlow'
}

/**
 * What `work` gives, if it does within `ms` milliseconds. What it gives later is dropped.
 * @throws TooSlow; else what `work` throws
 */
export function within<T>(ms: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    // A process that was busy itself may have the answer lying there when the timer rings: it is read first.
    const timer = setTimeout(() => setImmediate(() => reject(new TooSlow(`no answer within ${ms} ms`))), ms)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
