import { setTimeout as sleep } from 'node:timers/promises'
import fp from 'fastify-plugin'
import { indexFormerNames } from '../catalog/former-names.js'
import { reindexNames } from '../catalog/search/reindex-names.js'

const RETRY_MS = 60_000

/** While the program runs, reindexes product names that older versions stored. */
export default fp(
  async (app) => {
    if (!app.hasJobs) return
    const closing = new AbortController()
    const { signal } = closing
    let working: Promise<void> = Promise.resolve()

    async function work(): Promise<void> {
      while (!signal.aborted)
        try {
          const written = await reindexNames(app.db, signal)
          if (written > 0) {
            app.catalog.forgetAll()
            app.log.info({ written }, 'names of products were indexed anew')
          }
          const former = await indexFormerNames(app.db, signal)
          if (former > 0) app.log.info({ former }, 'former names of products were indexed')
          return
        } catch (err) {
          app.log.error({ err }, 'names of products could not be indexed anew: trying again in a minute')
          await sleep(RETRY_MS, undefined, { signal, ref: false }).catch(() => {})
        }
    }

    app.addHook('onReady', async () => {
      working = work()
    })
    app.addHook('onClose', async () => {
      closing.abort()
      await working
    })
  },
  { name: 'name-index', dependencies: ['catalog', 'db'] },
)
