import rateLimit, { type FastifyRateLimitStore, type FastifyRateLimitStoreCtor } from '@fastify/rate-limit'
import type { FastifyReply, FastifyRequest, onRequestAsyncHookHandler } from 'fastify'
import fp from 'fastify-plugin'
import { Problem, problems } from '../errors.js'
import { limitKey } from '../http/client-address.js'
import type { CountHit } from '../redis/hit-counter.js'
import type { Hits } from '../redis/local-hit-counter.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** For a scope whose every request is a guess at a secret: the limit of AUTH_RATE_LIMIT_MAX. */
    limitAuth: onRequestAsyncHookHandler
  }
}

const WINDOW_MS = 60_000

/** Adds to a header with or without other policies' items (a structured list, RFC 9651). */
function addItem(reply: FastifyReply, name: string, item: string) {
  const before = reply.getHeader(name)
  reply.header(name, before ? `${before}, ${item}` : item)
}

/** Has @fastify/rate-limit count by `count`. Its own store gives every request of a pipeline the count of the last. */
const storeOf = (count: CountHit): FastifyRateLimitStoreCtor =>
  class implements FastifyRateLimitStore {
    incr(key: string, done: (error: Error | null, state?: { current: number; ttl: number }) => void) {
      const tell = ({ count: current, resetsInMs: ttl }: Hits) => done(null, { current, ttl })
      const hits = count(key)
      if (hits instanceof Promise) hits.then(tell, done)
      else tell(hits)
    }
    child() {
      return this
    }
  }

/**
 * Limits each address (each /64, in IPv6) and each API key to a number of requests per minute, reported in RateLimit-Policy and
 * RateLimit (draft-ietf-httpapi-ratelimit-headers-11). @fastify/rate-limit counts; the headers it would write
 * are of an older draft.
 */
export default fp(
  async (app) => {
    const { rateLimitMax, authRateLimitMax, apiKeyRateLimitMax } = app.config
    const count = app.createHitCounter({ name: 'http', windowSeconds: WINDOW_MS / 1000 })
    await app.register(rateLimit, { global: false, store: storeOf(count) })

    const addressOf = ({ ip }: FastifyRequest) => limitKey(ip)
    const limiter = (policy: string, max: number, callerOf = addressOf): onRequestAsyncHookHandler => {
      if (max === 0) return async () => undefined
      const keyGenerator = (request: FastifyRequest) => `${policy}:${callerOf(request)}`
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
    const limitAddress = limiter('default', rateLimitMax)
    const limitKeys = limiter('api-key', apiKeyRateLimitMax, ({ apiKey }) => apiKey?.keyId ?? '')
    // A request with a valid key counts for the key, wherever it comes from; one with another key for its address.
    if (rateLimitMax > 0 || apiKeyRateLimitMax > 0)
      app.addHook('onRequest', function (request, reply) {
        return (request.apiKey ? limitKeys : limitAddress).call(this, request, reply)
      })
  },
  { name: 'rate-limit', dependencies: ['config', 'forwarding', 'hit-counters', 'api-keys'] },
)
