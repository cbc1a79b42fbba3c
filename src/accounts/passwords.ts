import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import bcrypt from 'bcrypt'
import { Piscina } from 'piscina'
import { createWorkQueue } from './work-queue.js'

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

export interface PasswordOptions {
  /** bcrypt's cost: the work doubles with each step. */
  cost: number
  /** Hashes that may wait for a thread; more are refused. */
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
  const threads = new Piscina<{ password: string } & ({ cost: number } | { hash: string }), string | boolean>(
    {
      filename: new URL('./bcrypt-worker.mjs', import.meta.url).href,
      minThreads: 0,
      maxThreads: atOnce,
      idleTimeout: IDLE_THREAD_MS,
      niceIncrement: NICENESS,
      execArgv: [],
    },
  )
  const compare = (password: string, hash: string) =>
    run(async () => (await threads.run({ password, hash }, { name: 'compare' })) === true)
  // The form of a hash that no password has: to check it takes as long as to check a real one.
  const nobodys = `$2b$${String(cost).padStart(2, '0')}$${'.'.repeat(53)}`

  return {
    /**
     * The hash to keep for `password`, which must be without a fault (see passwordFault).
     * @throws Problem `overloaded`
     */
    async hash(password: string): Promise<string> {
      if (!fitsBcrypt(password)) throw new RangeError('bcrypt would cut this password short')
      return run(async () => String(await threads.run({ password, cost }, { name: 'hash' })))
    },

    /**
     * Whether `password` is the one behind `hash`. Without a hash, and for a password that bcrypt would cut
     * short, it is not, which takes the same time to say.
     * @throws Problem `overloaded`
     */
    async verify(password: string, hash: string | undefined): Promise<boolean> {
      if (hash !== undefined && fitsBcrypt(password)) return compare(password, hash)
      await compare('', nobodys)
      return false
    },

    /** Whether `hash`, a real one, was made at another cost than is set now. */
    isOutdated: (hash: string): boolean => bcrypt.getRounds(hash) !== cost,

    /** Ends the threads; what they are at fails. */
    close: (): Promise<void> => threads.destroy(),
  }
}
