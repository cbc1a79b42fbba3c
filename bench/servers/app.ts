/**
 * The production build and, in the same process, its ceiling: no-op routes behind the same hooks and schemas. Only
 * the rate limits are off.
 */
import type { Config } from '../../src/config.js'
import type { Draft } from '../../src/stream/log.js'
import { SYSTEM } from '../../src/stream/origin.js'
import ceiling from '../baselines/ceiling.js'
import lone from '../baselines/lone.js'
import { optionsOf, ready } from '../child.js'
import { memoryInUse } from '../memory-in-use.js'
import { processorTime } from '../processor-time.js'

export interface AppOptions {
  databaseUrl: string
  secret: string
  changes?: Partial<Config>
  /** A free port by default. */
  port?: number
  /** Clears the catalogue's caches before each request, to measure the database. */
  uncached?: boolean
}

const { databaseUrl, secret, changes, port = 0, uncached } = optionsOf<AppOptions>()

// Imports the build, as `npm start` does, not its sources through a loader. Its types are those of the sources.
const built = (path: string) => new URL(`../../dist/${path}`, import.meta.url).href
const { buildApp }: typeof import('../../src/app.js') = await import(built('app.js'))
const { loadConfig }: typeof import('../../src/config.js') = await import(built('config.js'))

const settings = loadConfig({ NODE_ENV: 'production', DATABASE_URL: databaseUrl, JWT_SECRET: secret })
const app = buildApp(
  { ...settings, rateLimitMax: 0, authRateLimitMax: 0, ...changes },
  { level: settings.logLevel },
)
app.register(ceiling)
app.register(lone, { databaseUrl })
if (uncached)
  app.addHook('onRequest', (_request, _reply, done) => {
    app.catalog.forgetAll()
    done()
  })
await app.ready()
const address = await app.listen({ port, host: '127.0.0.1', backlog: 4096 })

ready(
  { address },
  {
    processorTime,
    /** Commits `count` events at once. @returns the commit time in milliseconds of the monotonic clock. */
    async emit(argument) {
      const { productId, stock, count } = argument as { productId: string; stock: number; count: number }
      const draft: Draft = { type: 'stock:changed', userId: null, data: { productId, stock }, origin: SYSTEM }
      await app.db.write((tx) => app.eventLog.append(tx, Array(count).fill(draft), Date.now()))
      return Number(process.hrtime.bigint()) / 1e6
    },
    memory: memoryInUse,
  },
  () => app.close(),
)
