import type { Browser, Page } from 'playwright-core'
import { yardstick } from './yardstick.js'

interface TraceEvent {
  name: string
  pid: number
  tid: number
  /** CPU time of the thread in microseconds, unaffected by other processes. */
  tdur?: number
  args?: { name?: string }
}

const MAIN_THREAD = 'CrRendererMain'
const TASK = /RunTask$/

const MEASURE_EVERY_MS = 250

/**
 * Returns the CPU time of the longest main-thread task while `work` runs: in milliseconds, and as a multiple of the
 * median yardstick measured meanwhile.
 */
export async function longestTask(browser: Browser, page: Page, work: () => Promise<void>) {
  await browser.startTracing(page, { categories: ['toplevel', 'disabled-by-default-devtools.timeline'] })
  const measures = [yardstick()]
  const measuring = setInterval(() => measures.push(yardstick()), MEASURE_EVERY_MS)
  await work().finally(() => clearInterval(measuring))
  const trace = await browser.stopTracing()
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] }
  const thread = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`
  const main = new Set(
    traceEvents.flatMap((event) =>
      event.name === 'thread_name' && event.args?.name === MAIN_THREAD ? [thread(event)] : [],
    ),
  )
  const tasks = traceEvents.flatMap((event) =>
    TASK.test(event.name) && main.has(thread(event)) ? [event.tdur ?? 0] : [],
  )
  const longest = tasks.reduce((most, time) => Math.max(most, time), 0)
  if (longest === 0) throw new Error(`the trace has no CPU time for any of ${tasks.length} tasks`)
  const median = measures.toSorted((a, b) => a - b)[measures.length >> 1] ?? Number.NaN
  return { yardsticks: longest / 1000 / median, ms: longest / 1000 }
}
