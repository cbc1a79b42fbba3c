/**
 * The program as it is built for production, and in the same process its ceiling: routes behind the same hooks and schemas
 * that do nothing. Only the rate limits are off.
 */
import type { Config } from '../../src/config.js'
import type { Draft } from '../../src/stream/log.js'
import ceiling from '../baselines/ceiling.js'
import lone from '../baselines/lone.js'
import { optionsOf, ready } from '../child.js'

export interface AppOptions {
  databaseUrl: string
  secret: string
  changes?: Partial<Config>
  /** A port of its own by default. */
  port?: number
  /** Has the catalogue's caches emptied before each request, so that it is the database that answers. */
  uncached?: boolean
}

const { databaseUrl, secret, changes, port = 0, uncached } = optionsOf<AppOptions>()

// What `npm start` runs, and not its sources by way of a loader. Its types are those of the sources.
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
    /** Commits so many events at once. @returns when, in milliseconds of the machine's steady clock. */
    async emit(argument) {
      const { productId, stock, count } = argument as { productId: string; stock: number; count: number }
      const draft: Draft = { type: 'stock:changed', userId: null, data: { productId, stock } }
      await app.db.write((tx) => app.eventLog.append(tx, Array(count).fill(draft), Date.now()))
      return Number(process.hrtime.bigint()) / 1e6
    },
    /** Bytes in use once what can be collected is (needs --expose-gc). */
    heap() {
      for (let i = 0; i < 3; i++) globalThis.gc?.()
      return process.memoryUsage()
    },
  },
  () => app.close(),
)
