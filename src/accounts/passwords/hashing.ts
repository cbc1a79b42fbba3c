import { availableParallelism } from 'node:os'
import { Piscina } from 'piscina'
import { createWorkQueue, type Turn } from './fair-queue.js'

/** An idle thread holds some ten megabytes, so it is stopped after this long. */
const IDLE_THREAD_MS = 30_000

/** bcrypt stops reading at a NUL; valid passwords contain none. */
const hasNul = (password: string) => password.includes('\0')

/** bcrypt reads 72 bytes and ignores the rest, so the worker shortens longer passwords and marks their hashes. */
const isLong = (password: string) => Buffer.byteLength(password) > 72
const OF_LONG = /^\$bcrypt-sha256\$v=2,t=2b,r=(\d\d?)\$.{22}\$.{31}$/

/** Returns the cost of a bcrypt hash; undefined if it is not one. */
export const costOf = (hash: string): number | undefined => {
  const [, cost] = OF_LONG.exec(hash) ?? /^\$2[abxy]?\$(\d\d)\$.{53}$/.exec(hash) ?? []
  return cost === undefined ? undefined : Number(cost)
}

/** Returns a well-formed hash matching no password. Checking it takes as long as a real one. */
const dummyHash = (cost: number) => `$2b$${String(cost).padStart(2, '0')}$${'.'.repeat(53)}`

/**
 * Returns the hashes to check in sequence, so verification takes the same work for any hash, and for none, as for one
 * of cost `costliest`. The work at cost c is 2^c rounds, and 2^c + 2^c + 2^(c+1) + … + 2^(d-1) = 2^d.
 */
export function checksOf(hash: string | undefined, costliest: number): string[] {
  const cost = hash === undefined ? undefined : costOf(hash)
  if (hash === undefined || cost === undefined) return [dummyHash(costliest)]
  const rest = Math.max(0, costliest - cost)
  return [hash, ...Array.from({ length: rest }, (_, i) => dummyHash(cost + i))]
}

export interface PasswordOptions {
  /** bcrypt's cost: each step doubles the work. */
  cost: number
  /** Niceness of the hashing threads relative to the process, 0 (the default) to 19. */
  niceness?: number
  /** Maximum hashes waiting for a thread; a quarter of the places is reserved for known clients. */
  maxWaiting: number
  /** Called with the bcrypt rounds of each task when it starts. */
  onWork?: (rounds: number) => void
}

export type Passwords = ReturnType<typeof createPasswords>

/**
 * Hashes and verifies passwords with bcrypt on a bounded pool of low-priority threads. bcrypt's own threads share the
 * main thread's priority: a flood of sign-ins would take most of its core.
 */
export function createPasswords({ cost, niceness = 0, maxWaiting, onWork }: PasswordOptions) {
  const atOnce = availableParallelism()
  const run = createWorkQueue({ atOnce, maxWaiting })
  const threads = new Piscina<
    { password: string; isLong: boolean } & ({ cost: number } | { hashes: string[] }),
    string | boolean
  >({
    filename: new URL('./bcrypt-worker.mjs', import.meta.url).href,
    minThreads: 0,
    maxThreads: atOnce,
    idleTimeout: IDLE_THREAD_MS,
    niceIncrement: niceness,
    execArgv: [],
  })
  // Exceeds `cost` once a hash from before a lowered setting was seen. The time of a check must not identify the account.
  let costliest = cost
  const noteCost = (of: number): void => {
    costliest = Math.max(costliest, of)
  }
  const compare = (password: string, hash: string | undefined, turn?: Turn) => {
    noteCost(costOf(hash ?? '') ?? 0)
    const hashes = checksOf(hash, costliest)
    const task = { password, isLong: isLong(password), hashes }
    return run(async () => {
      onWork?.(hashes.reduce((sum, each) => sum + 2 ** (costOf(each) ?? 0), 0))
      return (await threads.run(task, { name: 'compare' })) === true
    }, turn)
  }

  return {
    /**
     * Hashes a valid password (see passwordFault).
     * @throws Problem `overloaded`
     */
    async hash(password: string, turn?: Turn): Promise<string> {
      if (hasNul(password)) throw new RangeError('bcrypt would truncate this password')
      const task = { password, isLong: isLong(password), cost }
      return run(async () => {
        onWork?.(2 ** cost)
        return String(await threads.run(task, { name: 'hash' }))
      }, turn)
    },

    /**
     * Whether `password` matches `hash`. Takes the same work without a hash, for a password bcrypt would truncate, and for
     * a hash of another cost.
     * @throws Problem `overloaded`
     */
    async verify(password: string, hash: string | undefined, turn?: Turn): Promise<boolean> {
      if (!hasNul(password)) return compare(password, hash, turn)
      await compare('', undefined, turn)
      return false
    },

    /** Whether `hash`, which `password` matches, differs from a new one in its cost or format. */
    isOutdated: (hash: string, password: string): boolean =>
      costOf(hash) !== cost || (isLong(password) && !OF_LONG.test(hash)),

    /** Makes every check take the work of one against a hash of this cost, if that is more than so far. */
    noteCost,

    /** Stops the threads; running tasks fail. */
    close: (): Promise<void> => threads.destroy(),
  }
}
