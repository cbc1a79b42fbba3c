import type { Browser, Page } from 'playwright-core'

interface TraceEvent {
  name: string
  pid: number
  tid: number
  /** Microseconds of the processor that the thread had, which others on the machine can't take from it. */
  tdur?: number
  args?: { name?: string }
}

const MAIN_THREAD = 'CrRendererMain'
const TASK = /RunTask$/

/** The longest task of the page's main thread while `work` ran, in milliseconds of processor time. */
export async function longestTask(browser: Browser, page: Page, work: () => Promise<void>): Promise<number> {
  await browser.startTracing(page, { categories: ['toplevel', 'disabled-by-default-devtools.timeline'] })
  await work()
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
  if (longest === 0) throw new Error(`of ${tasks.length} tasks the trace tells no time`)
  return longest / 1000
}
