import type { Db } from '../../db/db.js'
import type { Tx } from '../../db/transaction.js'
import { invalidCode, notFound, Problem, problems } from '../../errors.js'
import type { Remember } from '../../idempotency/remember.js'
import type { Guessing } from '../guessing.js'
import type { ClientInfo } from '../sessions/session.js'
import type { Sessions } from '../sessions/sessions.js'
import type { Codes } from './codes.js'
import { lockUser, noteFactors } from './factors.js'
import { guessCode } from './guess-code.js'
import type { Caller, Reauthentication } from './reauthentication.js'
import { hasRecoveryCodes, newRecoveryCodes, replaceRecoveryCodes } from './recovery-codes.js'
import type { SecretBox } from './secret-box.js'
import { newTotpSecret, totpUri } from './totp-codes.js'

export interface TotpOptions {
  db: Db
  box: SecretBox
  codes: Codes
  sessions: Sessions
  guessing: Guessing
  reauthentication: Reauthentication
  /** The name under which apps list their codes. */
  shopName: string
  /** Whether users with this role need a second factor. */
  mfaRequiredOf(role: string): boolean
}

/** A secret in base32, and its otpauth URI. */
export interface NewTotp {
  secret: string
  uri: string
}

const isOn = () =>
  new Problem(problems.totpEnabled, 'Codes of an authenticator app are on: turn them off first.')

/** Turns the codes of authenticator apps (TOTP, RFC 6238) on and off. Either ends every other session of the user. */
export function createTotp(options: TotpOptions) {
  const { db, box, codes, sessions, guessing, reauthentication, shopName, mfaRequiredOf } = options

  const isConfirmed = async (tx: Tx, userId: string): Promise<boolean> =>
    (await tx.totp.count({ where: { userId, confirmedAt: { not: null } } })) > 0

  return {
    /**
     * Makes a secret, which is in use once a code of it was confirmed. Replaces an unconfirmed one.
     * @returns the secret in base32, and its otpauth URI
     * @throws Problem `totp-enabled`, `invalid-credentials`, `account-locked`, `unauthenticated`, `overloaded`
     */
    async setUp(
      userId: string,
      password: string,
      client: ClientInfo,
      remember?: Remember<NewTotp>,
    ): Promise<NewTotp> {
      const { email } = await reauthentication.byPassword(userId, password, client)
      const secret = newTotpSecret()
      const { keyId, text } = box.seal(secret, userId)
      const made = { secret, uri: totpUri(secret, shopName, email) }
      await db.write(async (tx) => {
        await lockUser(db, tx, userId)
        if (await isConfirmed(tx, userId)) throw isOn()
        const data = { secret: text, keyId, lastStep: 0, createdAt: new Date() }
        await tx.totp.upsert({ where: { userId }, create: { userId, ...data }, update: data })
        await remember?.(tx, made)
      })
      return made
    },

    /**
     * Puts the secret of `setUp` into use, and replaces the recovery codes.
     * @returns the recovery codes, which cannot be read again
     * @throws Problem `totp-enabled`, `invalid-code`, `account-locked`, `unauthenticated`, `unavailable`, `overloaded`
     */
    async confirm(
      { userId, sessionId, requestId }: Caller,
      code: string,
      client: ClientInfo,
      remember?: Remember<string[]>,
    ): Promise<string[]> {
      const user = await reauthentication.find(userId)
      const made = newRecoveryCodes()
      await guessCode(guessing, user, client, async () => {
        const isDone = await sessions.endAll(
          userId,
          async (tx, inDoubt) => {
            await lockUser(db, tx, userId)
            if (await isConfirmed(tx, userId)) {
              if (inDoubt && (await hasRecoveryCodes(tx, userId, made))) return true
              throw isOn()
            }
            if ((await tx.totp.count({ where: { userId } })) === 0)
              throw invalidCode('Ask for a secret first.')
            if (!(await codes.useTotp(tx, userId, code, true))) return false
            await replaceRecoveryCodes(tx, userId, made)
            await noteFactors(tx, userId, { change: 'added', factor: 'totp', requestId })
            await remember?.(tx, made)
            return true
          },
          sessionId,
        )
        return isDone || undefined
      })
      return made
    },

    /**
     * Turns the codes of authenticator apps off. A user who needs a second factor, and has no other, is signed out everywhere.
     * @param code one of them, or a recovery code
     * @throws Problem `not-found` if they are off, `invalid-credentials`, `invalid-code`, `account-locked`,
     * `unauthenticated`, `unavailable`, `overloaded`
     */
    async turnOff(
      { userId, sessionId, requestId }: Caller,
      password: string,
      code: string,
      client: ClientInfo,
    ): Promise<void> {
      const user = await reauthentication.byPassword(userId, password, client)
      await guessCode(guessing, user, client, async () => {
        const isDone = await sessions.endAll(
          userId,
          async (tx, inDoubt) => {
            await lockUser(db, tx, userId)
            if (!(await isConfirmed(tx, userId))) {
              if (inDoubt) return true
              throw notFound('authenticator app')
            }
            if (!(await codes.use(tx, userId, code))) return false
            await tx.totp.delete({ where: { userId } })
            const change = { change: 'removed', factor: 'totp', requestId } as const
            const { role, mfa } = await noteFactors(tx, userId, change)
            // The access token of the request would count as one with a second factor.
            return !mfa && mfaRequiredOf(role) ? 'all' : true
          },
          sessionId,
        )
        return isDone || undefined
      })
    },
  }
}
