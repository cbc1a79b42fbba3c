import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { Gauge } from 'prom-client'
import { RedisLink } from '../redis/link.js'
import { isCluster } from '../redis/url.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** The state shared by processes beside the database; undefined without REDIS_URL. */
    redis: RedisLink | undefined
  }
}

const POSITION_EVERY_MS = 1_000
const POSITION_KEPT_SECONDS = 30 * 24 * 60 * 60

/**
 * Keeps the last position of the log in Redis too, for processes whose own folder doesn't outlive them: a database put
 * back to an earlier state is recognised by it. A lost or nonsensical position costs no more than the check.
 */
async function keepPosition(app: FastifyInstance, redis: RedisLink): Promise<void> {
  const { eventLog } = app
  const key = () => `${redis.prefix}log-position`
  const kept = await redis.ask(
    (client) => client.get(key()),
    () => undefined,
  )
  if (/^\d{1,15}$/.test(kept ?? '')) eventLog.saw(Number(kept))
  await eventLog.look()

  let written = ''
  const timer = setInterval(async () => {
    const { epoch, offset } = eventLog.position()
    if (written === `${epoch} ${offset}`) return
    await redis.ask(
      async (client) => {
        await client.set(key(), offset, 'EX', POSITION_KEPT_SECONDS)
        written = `${epoch} ${offset}`
      },
      () => undefined,
    )
  }, POSITION_EVERY_MS).unref()
  app.addHook('onClose', async () => clearInterval(timer))
}

/**
 * Decorates `app.redis` with the link to Redis, which ends after its users. Without Redis everything goes on:
 * this process counts for itself and looks at the database more often.
 */
export default fp(
  async (app) => {
    const { redisUrl } = app.config
    if (redisUrl === undefined) {
      app.decorate('redis', undefined)
      return
    }
    let wasDown = false
    const redis = new RedisLink({
      url: redisUrl,
      // Other shops may use the same Redis; the log's epoch tells them apart. In braces, it keeps the keys on one node of a
      // cluster, as scripts on several keys require.
      prefix: () => `stockroom:${isCluster(redisUrl) ? `{${app.eventLog.epoch()}}` : app.eventLog.epoch()}:`,
      timeoutMs: app.config.redisTimeout,
      onChange(failure) {
        // No more than the message: the error itself may hold the command with the password.
        if (failure)
          app.log.error(
            { cause: failure.message },
            'Redis cannot be used: this process limits and locks on its own',
          )
        else if (wasDown) app.log.warn('Redis can be used again: limits and locks are shared')
        else app.log.info('Redis is used: limits and locks are shared')
        wasDown ||= failure !== undefined
      },
    })
    new Gauge({
      name: 'redis_up',
      help: 'Whether Redis can be used: 1, or 0 while this process counts for itself',
      registers: [app.metrics],
      collect() {
        this.set(redis.up ? 1 : 0)
      },
    })
    await redis.start()
    await keepPosition(app, redis)
    app.eventLog.onNewEpoch(() => redis.reconnect())
    app.decorate('redis', redis)
    app.addHook('onClose', () => redis.close())
  },
  { name: 'redis', dependencies: ['config', 'event-log', 'metrics'] },
)
