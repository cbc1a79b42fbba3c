import { createHash } from 'node:crypto'
import type { Redis } from 'ioredis'
import type { RedisLink } from '../../redis/link.js'
import { type GuessAdmission, type Guesses, type GuessResult, LOCK_MS, MAX_WRONG } from './guesses.js'
import type { LocalGuesses } from './local-guesses.js'

// The lease of a guess expires if its process dies; a guess running longer extends it.
const LEASE_MS = 60_000
const EXTEND_EVERY_MS = LEASE_MS / 3
const POLL_MS = 50

// KEYS: the count of wrong guesses, and a sorted set of in-flight guesses by lease expiry. Each script returns whether
// the guess was admitted, the count, and the milliseconds until the count expires.
const NOW = `local time = redis.call('TIME') local now = time[1] * 1000 + math.floor(time[2] / 1000) `
const STATE = `local wrong = tonumber(redis.call('GET', KEYS[1]) or '0') local left = redis.call('PTTL', KEYS[1]) `
const ENTER = `${NOW}${STATE}
  redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
  local isIn = 0
  if redis.call('ZCARD', KEYS[2]) < ${MAX_WRONG} - wrong then
    isIn = 1
    redis.call('ZADD', KEYS[2], now + ${LEASE_MS}, ARGV[1])
    redis.call('PEXPIRE', KEYS[2], ${LEASE_MS})
  end
  return {isIn, wrong, left}`
const EXTEND = `${NOW}
  redis.call('ZADD', KEYS[2], now + ${LEASE_MS}, ARGV[1])
  redis.call('PEXPIRE', KEYS[2], ${LEASE_MS})
  return {1, 0, 0}`
const LEAVE = `
  redis.call('ZREM', KEYS[2], ARGV[1])
  if ARGV[2] == 'wrong' then
    redis.call('INCR', KEYS[1])
    redis.call('PEXPIRE', KEYS[1], ${LOCK_MS})
  elseif ARGV[2] == 'right' then
    redis.call('DEL', KEYS[1])
  end
  ${STATE} return {0, wrong, left}`

/** @throws Error if `answer` is not a valid result of the scripts */
function stateOf(answer: unknown): { isIn: boolean; wrong: number; leftMs: number } {
  if (!Array.isArray(answer) || answer.length !== 3 || !answer.every(Number.isSafeInteger))
    throw new Error('Redis returned an invalid count of guesses')
  const [isIn, wrong, left]: number[] = answer
  return { isIn: isIn === 1, wrong: wrong ?? 0, leftMs: Math.min(Math.max(left ?? 0, 0), LOCK_MS) }
}

/**
 * Counts guesses in Redis, shared by all processes. `local` mirrors the counts, so while Redis is unavailable each
 * process continues with its own counts and known locks hold.
 */
export function createSharedGuesses(redis: RedisLink, local: LocalGuesses): Guesses {
  const extending = new Map<string, NodeJS.Timeout>()

  // Hashed, so Redis holds no email addresses.
  const keyOf = (account: string) =>
    `${redis.prefix}guesses:${createHash('sha256').update(account).digest('base64url')}`

  const run = async (script: string, account: string, guess: string, outcome: GuessResult, client: Redis) => {
    const key = keyOf(account)
    return stateOf(await client.eval(script, 2, `${key}:wrong`, `${key}:running`, guess, outcome))
  }

  const enterShared = async (account: string, guess: string, client: Redis): Promise<GuessAdmission> => {
    const { isIn, wrong, leftMs } = await run(ENTER, account, guess, 'none', client)
    local.note(account, wrong, leftMs)
    if (wrong >= MAX_WRONG) return { lockedMs: leftMs }
    if (!isIn) return 'wait'
    local.join(account, guess)
    const extend = () =>
      redis.ask(
        (again) => run(EXTEND, account, guess, 'none', again),
        () => undefined,
      )
    extending.set(guess, setInterval(extend, EXTEND_EVERY_MS).unref())
    return 'in'
  }

  return {
    pollMs: POLL_MS,

    async enter(account, guess) {
      const lockedMs = local.lockedMs(account)
      if (lockedMs > 0) return { lockedMs }
      return redis.ask(
        (client) => enterShared(account, guess, client),
        () => local.enter(account, guess),
      )
    },

    async leave(account, guess, outcome) {
      clearInterval(extending.get(guess))
      extending.delete(guess)
      local.leave(account, guess, outcome)
      await redis.ask(
        async (client) => {
          const { wrong, leftMs } = await run(LEAVE, account, guess, outcome, client)
          local.note(account, wrong, leftMs)
        },
        () => undefined,
      )
    },
  }
}
