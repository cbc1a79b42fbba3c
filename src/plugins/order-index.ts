import { setTimeout as sleep } from 'node:timers/promises'
import fp from 'fastify-plugin'
import { OrderIndexer } from '../orders/index-orders.js'

const LOOK_MS = 500
const RETRY_MS = 10_000

/** While the program runs on SQLite, indexes the orders placed by any process. */
export default fp(
  async (app) => {
    const { db, relay } = app
    if (!db.dialect.indexOrders) return
    const indexer = new OrderIndexer(db)
    const closing = new AbortController()
    const { signal } = closing
    const pause = (ms: number) => sleep(ms, undefined, { signal, ref: false }).catch(() => {})
    /** Whether orders may have been placed since the last look. */
    let isNews = false
    relay.subscribe((events) => {
      isNews ||= events.some(({ type }) => type === 'order:created')
    })
    relay.onSkip(() => {
      isNews = true
    })

    async function work(): Promise<void> {
      let rest: number | undefined = 0
      while (!signal.aborted)
        try {
          const isBusy = isNews
          isNews = false
          if (isBusy || rest !== undefined) rest = await indexer.step(isBusy)
          await pause(rest ?? LOOK_MS)
        } catch (err) {
          rest = 0
          app.log.error({ err }, 'orders could not be indexed: trying again in ten seconds')
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
  { name: 'order-index', dependencies: ['db', 'relay'] },
)
