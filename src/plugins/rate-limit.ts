import rateLimit, { type FastifyRateLimitStore, type FastifyRateLimitStoreCtor } from '@fastify/rate-limit'
import type { FastifyReply, FastifyRequest, onRequestAsyncHookHandler } from 'fastify'
import fp from 'fastify-plugin'
import { Problem, problems } from '../errors.js'
import { limitKey } from '../http/client-address.js'
import { type CountHit, createHitCounter } from '../limits/hits.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** For a scope whose every request is a guess at a secret: the limit of AUTH_RATE_LIMIT_MAX. */
    limitAuth: onRequestAsyncHookHandler
  }
}

const WINDOW_MS = 60_000

/** Adds to a header that may hold other policies' items already (a structured list, RFC 9651). */
function addItem(reply: FastifyReply, name: string, item: string) {
  const before = reply.getHeader(name)
  reply.header(name, before ? `${before}, ${item}` : item)
}

/** Has @fastify/rate-limit count by `count`. */
const storeOf = (count: CountHit): FastifyRateLimitStoreCtor =>
  class implements FastifyRateLimitStore {
    incr(key: string, done: (error: Error | null, state?: { current: number; ttl: number }) => void) {
      count(key).then(({ count: current, endsInMs: ttl }) => done(null, { current, ttl }), done)
    }
    child() {
      return this
    }
  }

/**
 * Limits each address (each /64, in IPv6) to so many requests a minute, and says so in RateLimit-Policy and
 * RateLimit (draft-ietf-httpapi-ratelimit-headers-10). @fastify/rate-limit counts; the headers that it would write
 * are of an older draft.
 */
export default fp(
  async (app) => {
    const { rateLimitMax, authRateLimitMax } = app.config
    const { redis } = app
    // Without Redis, the plugin's own store, which answers in the same turn.
    const shared = redis && createHitCounter({ name: 'http', windowSeconds: WINDOW_MS / 1000, redis })
    await app.register(rateLimit, { global: false, ...(shared && { store: storeOf(shared) }) })

    const limiter = (policy: string, max: number): onRequestAsyncHookHandler => {
      if (max === 0) return async () => undefined
      const keyGenerator = ({ ip }: FastifyRequest) => `${policy}:${limitKey(ip)}`
      const check = app.createRateLimit({ max, timeWindow: WINDOW_MS, keyGenerator })
      return async (request: FastifyRequest, reply: FastifyReply) => {
        const state = await check(request)
        if (state.isAllowed) return
        const { isExceeded, remaining, ttlInSeconds } = state
        addItem(reply, 'ratelimit-policy', `"${policy}";q=${max};w=${WINDOW_MS / 1000}`)
        addItem(reply, 'ratelimit', `"${policy}";r=${remaining};t=${ttlInSeconds}`)
        if (isExceeded)
          throw new Problem(problems.rateLimited, `At most ${max} requests a minute.`, {
            retryAfter: ttlInSeconds,
          })
      }
    }

    app.decorate('limitAuth', limiter('auth', authRateLimitMax))
    if (rateLimitMax > 0) app.addHook('onRequest', limiter('default', rateLimitMax))
  },
  { name: 'rate-limit', dependencies: ['config', 'forwarding', 'redis'] },
)
