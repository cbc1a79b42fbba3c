import fp from 'fastify-plugin'
import { Gauge } from 'prom-client'
import { RedisLink } from '../redis/link.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** What processes share beside the database; undefined without REDIS_URL. */
    redis: RedisLink | undefined
  }
}

/**
 * Decorates `app.redis` with the link to Redis, which ends after all that uses it. Without Redis everything goes on:
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
      // Other shops may use the same Redis; the log's epoch tells them apart.
      prefix: `stockroom:${await app.eventLog.epoch()}:`,
      onChange(failure) {
        // No more than the message: the error itself may hold the command, and that the password.
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
    app.decorate('redis', redis)
    app.addHook('onClose', () => redis.close())
  },
  { name: 'redis', dependencies: ['config', 'event-log', 'metrics'] },
)
