import type { Redis } from 'ioredis'
import { RateLimiterMemory, RateLimiterRedis, type RateLimiterRes } from 'rate-limiter-flexible'
import type { RedisLink } from '../redis/link.js'

/** How often a key was hit in its window, this time too, and in how many milliseconds that begins anew. */
export interface Hits {
  count: number
  endsInMs: number
}

/** Counts a hit at `key`. Every process counts together with the others as long as Redis can be used, else alone. */
export type CountHit = (key: string) => Promise<Hits>

export interface HitOptions {
  /** What is counted: no two may share a name. */
  name: string
  windowSeconds: number
  redis: RedisLink | undefined
}

/** Refuses what a Redis that answers anything at all may have said. */
function soundHits({ consumedPoints: count, msBeforeNext: endsInMs }: RateLimiterRes): Hits {
  if (!Number.isSafeInteger(count) || count < 1 || !(endsInMs >= 0)) throw new Error('a count made no sense')
  return { count, endsInMs }
}

/** Counts hits in windows of a fixed length, each of which begins with its first hit. */
export function createHitCounter({ name, windowSeconds: duration, redis }: HitOptions): CountHit {
  const own = new RateLimiterMemory({ points: 1, duration })
  const countHere = async (key: string) => soundHits(await own.penalty(key))
  if (!redis) return countHere

  const counters = new WeakMap<Redis, RateLimiterRedis>()
  const counterOf = (storeClient: Redis) => {
    const counter =
      counters.get(storeClient) ??
      new RateLimiterRedis({ storeClient, keyPrefix: `${redis.prefix}hits:${name}`, points: 1, duration })
    counters.set(storeClient, counter)
    return counter
  }
  return (key) =>
    redis.ask(
      async (client) => soundHits(await counterOf(client).penalty(key)),
      () => countHere(key),
    )
}
