import { setTimeout as sleep } from 'node:timers/promises'
import fp from 'fastify-plugin'
import { SalesProjector } from '../sales/project-sales.js'
import { createSales } from '../sales/sales.js'

declare module 'fastify' {
  interface FastifyInstance {
    sales: ReturnType<typeof createSales>
  }
}

const LOOK_MS = 500
const RETRY_MS = 10_000

/** Decorates `app.sales`, the figures of sales, and keeps them up to date while the program runs. */
export default fp(
  async (app) => {
    const { db, eventLog, relay } = app
    app.decorate('sales', createSales(db))
    const projector = new SalesProjector(db, eventLog)
    const closing = new AbortController()
    const { signal } = closing
    const pause = (ms: number) => sleep(ms, undefined, { signal, ref: false }).catch(() => {})
    /** Whether there may be events since the last look. */
    let isNews = true
    relay.subscribe(() => {
      isNews = true
    })
    relay.onSkip(() => {
      isNews = true
    })

    async function work(): Promise<void> {
      let rest: number | undefined
      while (!signal.aborted)
        try {
          const isBusy = isNews
          isNews = false
          if (isBusy || rest !== undefined) rest = await projector.step(isBusy)
          await pause(rest ?? LOOK_MS)
        } catch (err) {
          isNews = true
          app.log.error({ err }, 'sales could not be summed up: trying again in ten seconds')
          await pause(RETRY_MS)
        }
    }

    let working: Promise<void> = Promise.resolve()
    app.addHook('onReady', async () => {
      working = work()
    })
    app.addHook('onClose', async () => {
      closing.abort()
      await working
    })
  },
  { name: 'sales', dependencies: ['db', 'event-log', 'relay'] },
)
