import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { Piscina } from 'piscina'
import { createWorkQueue, type Turn } from './work-queue.js'

const LEAST_CHARACTERS = 8
/** bcrypt reads 72 bytes and ignores the rest (https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html). */
const MOST_BYTES = 72
/** As low as it goes: whoever reads products or orders goes before whoever signs in. */
const NICENESS = 19
/** A thread takes some ten megabytes: it is let go when nobody signs in. */
const IDLE_THREAD_MS = 30_000

const require = createRequire(import.meta.url)
let commonest: Set<string> | undefined

/** Whether `password` is one of the commonest. Their list takes 6 MB, and is read when the first is asked for. */
function isCommon(password: string): boolean {
  if (!commonest) {
    const { dictionary }: typeof import('@zxcvbn-ts/language-common') = require('@zxcvbn-ts/language-common')
    commonest = new Set(dictionary['passwords-common'].filter((word) => word.length >= LEAST_CHARACTERS))
  }
  return commonest.has(password.toLowerCase())
}

/** Whether bcrypt would read all of `password`: it stops at a NUL and after 72 bytes. */
const fitsBcrypt = (password: string) => Buffer.byteLength(password) <= MOST_BYTES && !password.includes('\0')

/** What is wrong with `password` as a new one, or undefined: its length, a NUL, or being among the commonest. */
export function passwordFault(password: string): string | undefined {
  if ([...password].length < LEAST_CHARACTERS) return `must have ${LEAST_CHARACTERS} characters at least`
  if (Buffer.byteLength(password) > MOST_BYTES) return `must have ${MOST_BYTES} bytes of UTF-8 at most`
  if (password.includes('\0')) return 'must not hold a NUL character'
  if (isCommon(password)) return 'must not be one of the commonest passwords'
  return undefined
}

/** The cost that `hash` was made at; undefined for what is no hash of bcrypt's. */
const costOf = (hash: string): number | undefined => {
  const [, cost] = /^\$2[abxy]?\$(\d\d)\$.{53}$/.exec(hash) ?? []
  return cost === undefined ? undefined : Number(cost)
}

/** The form of a hash that no password has: to check it takes as long as to check a real one. */
const nobodysHash = (cost: number) => `$2b$${String(cost).padStart(2, '0')}$${'.'.repeat(53)}`

/**
 * The hashes to check one after another so that a guess at `hash` takes as much work as one at a hash of cost `costliest`,
 * and as one at no hash at all. The work at cost c is 2^c rounds, and 2^c + 2^c + 2^(c+1) + … + 2^(d-1) = 2^d.
 */
export function checksOf(hash: string | undefined, costliest: number): string[] {
  const cost = hash === undefined ? undefined : costOf(hash)
  if (hash === undefined || cost === undefined) return [nobodysHash(costliest)]
  const rest = Math.max(0, costliest - cost)
  return [hash, ...Array.from({ length: rest }, (_, i) => nobodysHash(cost + i))]
}

export interface PasswordOptions {
  /** bcrypt's cost: the work doubles with each step. */
  cost: number
  /** Hashes that may wait for a thread; more are refused, a quarter of the places being for known clients. */
  maxWaiting: number
}

export type Passwords = ReturnType<typeof createPasswords>

/**
 * Hashes and checks passwords with bcrypt, a few at a time, on threads of the least priority. bcrypt's own threads have
 * that of the main thread: a flood of sign-ins would take it most of its core.
 */
export function createPasswords({ cost, maxWaiting }: PasswordOptions) {
  const atOnce = availableParallelism()
  const run = createWorkQueue({ atOnce, maxWaiting })
  const threads = new Piscina<
    { password: string } & ({ cost: number } | { hashes: string[] }),
    string | boolean
  >({
    filename: new URL('./bcrypt-worker.mjs', import.meta.url).href,
    minThreads: 0,
    maxThreads: atOnce,
    idleTimeout: IDLE_THREAD_MS,
    niceIncrement: NICENESS,
    execArgv: [],
  })
  // Higher than `cost` once a hash from before it was lowered has been met. What a check costs must not tell whose it is.
  let costliest = cost
  const compare = (password: string, hash: string | undefined, turn?: Turn) => {
    costliest = Math.max(costliest, costOf(hash ?? '') ?? 0)
    const hashes = checksOf(hash, costliest)
    return run(async () => (await threads.run({ password, hashes }, { name: 'compare' })) === true, turn)
  }

  return {
    /**
     * The hash to keep for `password`, which must be without a fault (see passwordFault).
     * @throws Problem `overloaded`
     */
    async hash(password: string, turn?: Turn): Promise<string> {
      if (!fitsBcrypt(password)) throw new RangeError('bcrypt would cut this password short')
      return run(async () => String(await threads.run({ password, cost }, { name: 'hash' })), turn)
    },

    /**
     * Whether `password` is the one behind `hash`. Without a hash, for a password that bcrypt would cut short, and for a
     * hash of another cost the answer takes the same work.
     * @throws Problem `overloaded`
     */
    async verify(password: string, hash: string | undefined, turn?: Turn): Promise<boolean> {
      if (fitsBcrypt(password)) return compare(password, hash, turn)
      await compare('', undefined, turn)
      return false
    },

    /** Whether `hash`, a real one, was made at another cost than is set now. */
    isOutdated: (hash: string): boolean => costOf(hash) !== cost,

    /** Ends the threads; what they are at fails. */
    close: (): Promise<void> => threads.destroy(),
  }
}
