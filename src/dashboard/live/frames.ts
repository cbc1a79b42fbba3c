// In a page that nobody sees no frame is drawn, but events must be taken all the same.
const LATEST_MS = 250
const LEAST_MS = 80
// Taking so many takes some tens of milliseconds: a page that has much to catch up with stays usable.
const MOST = 4_000

/**
 * Gathers what comes, and hands it on at most once a frame and a dozen times a second: what is told ten thousand times a
 * second is drawn no oftener than it can be read.
 */
export function byFrame<T>(deliver: (items: T[]) => void): (item: T) => void {
  const waiting: T[] = []
  let last = 0
  let frame = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  const flush = () => {
    cancelAnimationFrame(frame)
    clearTimeout(timer)
    timer = undefined
    last = performance.now()
    const items = waiting.splice(0, MOST)
    if (waiting.length > 0) timer = setTimeout(arm, LEAST_MS)
    deliver(items)
  }
  const arm = () => {
    frame = requestAnimationFrame(flush)
    timer = setTimeout(flush, LATEST_MS)
  }

  return (item) => {
    waiting.push(item)
    if (timer !== undefined) return
    const early = last + LEAST_MS - performance.now()
    if (early <= 0) arm()
    else timer = setTimeout(arm, early)
  }
}
