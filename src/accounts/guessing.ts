import type { User } from '#prisma'
import type { Db } from '../db/db.js'
import { Problem, problems } from '../errors.js'
import { AuthnFailure, type FailureDetails } from './authn-failure.js'
import type { FailureBudget } from './lockout/failure-budget.js'
import type { KnownDevices } from './lockout/known-devices.js'
import type { Lockout } from './lockout/lockout.js'
import { type ClientInfo, clientKeyOf } from './sessions/session.js'

export interface GuessingOptions {
  db: Db
  lockout: Lockout
  /** Recognises clients with an earlier sign-in; without it, none has guesses of its own. */
  devices?: KnownDevices | undefined
  /** Limits the failures of one address; without it, only accounts are protected. */
  failures?: FailureBudget | undefined
}

/** What a check knows: the guessed user, undefined for an unknown account, and whether the client is known to it. */
export interface Guessed {
  user: User | undefined
  known: boolean
}

/** Matches no user's id. */
const NO_USER_ID = ''

const REASONS: Record<string, FailureDetails['reason']> = {
  [problems.accountLocked.code]: 'locked',
  [problems.rateLimited.code]: 'too-many-failures',
}

export type Guessing = ReturnType<typeof createGuessing>

/** Runs guesses at secrets of accounts, such as passwords, within their limits. */
export function createGuessing({ db, lockout, devices, failures }: GuessingOptions) {
  /** Whether the account was signed in to before from the address of `client`. */
  const isAddressKnown = async (userId: string, client: ClientInfo): Promise<boolean> => {
    const where = { userId, clientKey: clientKeyOf(client) }
    return (await db.read.session.findFirst({ where, select: { id: true } })) !== null
  }

  /**
   * Returns the name under which the guesses of `client` are counted, and whether it is known to the account. Does the same
   * work for unknown accounts, so timing reveals nothing.
   */
  const placeOf = async (email: string, client: ClientInfo): Promise<{ place: string; known: boolean }> => {
    const row = await db.read.user.findUnique({ where: { email }, select: { id: true, unlocks: true } })
    const { id, unlocks } = row ?? { id: NO_USER_ID, unlocks: 0 }
    const device = devices?.read(client.device, id)
    const known = (await isAddressKnown(id, client)) || device !== undefined
    if (device) return { place: `device:${unlocks}:${device}`, known }
    // By id: guesses made before an address has an account, or after it was erased, lock no later account out.
    return { place: row ? `account:${unlocks}:${id}` : `address:${email}`, known }
  }

  return {
    /**
     * Runs `check` as a guess at the account of `email`, which need not exist, once it may run. A client with a device token
     * of the account has guesses of its own: it neither suffers from the lock on the account nor adds to it.
     * @param email normalized (see normalEmail)
     * @param check returns undefined if the guess is wrong; an error of it counts as no guess
     * @param isLast see Lockout
     * @returns the result of `check`
     * @throws Problem `account-locked` after too many wrong guesses, `rate-limited` after too many of one address,
     * `overloaded`; else the error of `check`
     */
    async guess<T>(
      email: string,
      client: ClientInfo,
      check: (guessed: Guessed) => Promise<T | undefined>,
      isLast?: (found: T) => boolean,
    ): Promise<T | undefined> {
      const { place, known } = await placeOf(email, client)
      let isWrong = false
      try {
        const failure = known ? undefined : await failures?.take(clientKeyOf(client))
        try {
          const checked = async () => {
            const user = await db.read.user.findUnique({ where: { email } })
            const found = await check({ user: user ?? undefined, known })
            isWrong = found === undefined
            return found
          }
          return await lockout.guess(place, checked, isLast)
        } finally {
          if (!isWrong) await failure?.giveBack()
        }
      } catch (error) {
        const reason = error instanceof Problem && REASONS[error.code]
        if (reason) error.cause = new AuthnFailure({ email, reason })
        throw error
      }
    },
  }
}
