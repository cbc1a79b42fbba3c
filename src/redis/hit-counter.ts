import type { Redis } from 'ioredis'
import { RateLimiterRedis, type RateLimiterRes } from 'rate-limiter-flexible'
import type { RedisLink } from './link.js'
import { createLocalHitCounter, type Hits } from './local-hit-counter.js'

/**
 * Counts a hit of `key`, or with `by` of -1 takes one back: across all processes while Redis is up, else synchronously in
 * this process.
 */
export type CountHit = (key: string, by?: 1 | -1) => Hits | Promise<Hits>

export interface HitOptions {
  /** Unique name of the counter. */
  name: string
  windowSeconds: number
  redis: RedisLink | undefined
}

/** Validates the reply: a broken Redis may answer anything. @param least the lowest possible count */
function soundHits({ consumedPoints: count, msBeforeNext: resetsInMs }: RateLimiterRes, least: number): Hits {
  if (!Number.isSafeInteger(count) || count < least || !(resetsInMs >= 0)) throw new Error('an invalid count')
  return { count, resetsInMs }
}

/** Creates a counter with fixed windows, each starting at its first hit. */
export function createHitCounter({ name, windowSeconds: duration, redis }: HitOptions): CountHit {
  const countHere = createLocalHitCounter(duration * 1000)
  if (!redis) return countHere

  const counters = new WeakMap<Redis, RateLimiterRedis>()
  const counterOf = (storeClient: Redis) => {
    const counter =
      counters.get(storeClient) ??
      new RateLimiterRedis({ storeClient, keyPrefix: `${redis.prefix}hits:${name}`, points: 1, duration })
    counters.set(storeClient, counter)
    return counter
  }
  return (key, by = 1) =>
    redis.ask(
      async (client) => {
        const counter = counterOf(client)
        // Taking a hit back in the window after its own leaves a count below zero.
        return by === 1 ? soundHits(await counter.penalty(key), 1) : soundHits(await counter.reward(key), -1)
      },
      () => countHere(key, by),
    )
}
