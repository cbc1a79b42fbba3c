import { createHash } from 'node:crypto'
import type { Redis } from 'ioredis'
import type { RedisLink } from '../redis/link.js'
import { type Entry, type Guesses, LOCK_MS, MOST_WRONG, type Outcome } from './guesses.js'
import type { OwnGuesses } from './own-guesses.js'

// A guess whose process has died must not count as running for ever; one that runs for longer extends its stay.
const LEASE_MS = 60_000
const EXTEND_EVERY_MS = LEASE_MS / 3
const ASK_AGAIN_MS = 50

// KEYS: the count of wrong guesses, and the running ones by the time that their leases end. Each answers with the count
// and the milliseconds until it is forgotten.
const NOW = `local time = redis.call('TIME') local now = time[1] * 1000 + math.floor(time[2] / 1000) `
const STATE = `local wrong = tonumber(redis.call('GET', KEYS[1]) or '0') local left = redis.call('PTTL', KEYS[1]) `
const ENTER = `${NOW}${STATE}
  redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
  local isIn = 0
  if redis.call('ZCARD', KEYS[2]) < ${MOST_WRONG} - wrong then
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

/** @throws Error when `answer` is none of the scripts' */
function stateOf(answer: unknown): { isIn: boolean; wrong: number; leftMs: number } {
  if (!Array.isArray(answer) || answer.length !== 3 || !answer.every(Number.isSafeInteger))
    throw new Error('a count of guesses made no sense')
  const [isIn, wrong, left]: number[] = answer
  return { isIn: isIn === 1, wrong: wrong ?? 0, leftMs: Math.min(Math.max(left ?? 0, 0), LOCK_MS) }
}

/**
 * The guesses at all processes, in Redis: together they let no more in than one would. While Redis cannot be used,
 * each goes by `own`, which is kept abreast, so that a lock that was known here holds.
 */
export function createSharedGuesses(redis: RedisLink, own: OwnGuesses): Guesses {
  const extending = new Map<string, NodeJS.Timeout>()

  const run = async (script: string, account: string, guess: string, outcome: Outcome, client: Redis) => {
    // Redis need not know who has an account.
    const key = `${redis.prefix}guesses:${createHash('sha256').update(account).digest('base64url')}`
    return stateOf(await client.eval(script, 2, `${key}:wrong`, `${key}:running`, guess, outcome))
  }

  const enterShared = async (account: string, guess: string, client: Redis): Promise<Entry> => {
    const { isIn, wrong, leftMs } = await run(ENTER, account, guess, 'none', client)
    own.note(account, wrong, leftMs)
    if (wrong >= MOST_WRONG) return { lockedMs: leftMs }
    if (!isIn) return 'wait'
    own.join(account, guess)
    const extend = () =>
      redis.ask(
        (again) => run(EXTEND, account, guess, 'none', again),
        () => undefined,
      )
    extending.set(guess, setInterval(extend, EXTEND_EVERY_MS).unref())
    return 'in'
  }

  return {
    askAgainMs: ASK_AGAIN_MS,

    async enter(account, guess) {
      const lockedMs = own.lockedMs(account)
      if (lockedMs > 0) return { lockedMs }
      return redis.ask(
        (client) => enterShared(account, guess, client),
        () => own.enter(account, guess),
      )
    },

    async leave(account, guess, outcome) {
      clearInterval(extending.get(guess))
      extending.delete(guess)
      own.leave(account, guess, outcome)
      await redis.ask(
        async (client) => {
          const { wrong, leftMs } = await run(LEAVE, account, guess, outcome, client)
          own.note(account, wrong, leftMs)
        },
        () => undefined,
      )
    },
  }
}
