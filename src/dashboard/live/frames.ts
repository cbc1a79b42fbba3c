// Hidden pages get no animation frames, but must process events all the same.
const MAX_DELAY_MS = 250
const MIN_INTERVAL_MS = 80
// Processing this many takes tens of milliseconds, so the page stays responsive while it catches up.
const MAX_BATCH = 4_000

/**
 * Batches items and delivers them at most once per frame and about a dozen times per second: ten thousand events per
 * second are rendered no more often than they can be read.
 */
export function batchByFrame<T>(deliver: (items: T[]) => void): (item: T) => void {
  const queue: T[] = []
  let last = 0
  let frame = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  const flush = () => {
    cancelAnimationFrame(frame)
    clearTimeout(timer)
    timer = undefined
    last = performance.now()
    const items = queue.splice(0, MAX_BATCH)
    if (queue.length > 0) timer = setTimeout(arm, MIN_INTERVAL_MS)
    deliver(items)
  }
  const arm = () => {
    frame = requestAnimationFrame(flush)
    timer = setTimeout(flush, MAX_DELAY_MS)
  }

  return (item) => {
    queue.push(item)
    if (timer !== undefined) return
    const early = last + MIN_INTERVAL_MS - performance.now()
    if (early <= 0) arm()
    else timer = setTimeout(arm, early)
  }
}
