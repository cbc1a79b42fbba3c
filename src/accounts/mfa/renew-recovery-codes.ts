import { recordAudit } from '../../audit/record-audit.js'
import type { Db } from '../../db/db.js'
import { invalidRequest, notFound } from '../../errors.js'
import type { Remember } from '../../idempotency/remember.js'
import { originOfUser } from '../../stream/origin.js'
import type { Guessing } from '../guessing.js'
import type { ClientInfo } from '../sessions/session.js'
import type { Codes } from './codes.js'
import { lockUser, readFactors } from './factors.js'
import { guessCode } from './guess-code.js'
import type { Caller, Reauthentication } from './reauthentication.js'
import { hasRecoveryCodes, newRecoveryCodes, replaceRecoveryCodes } from './recovery-codes.js'

const SIGN_IN_ANEW = 'You signed in more than 10 minutes ago: sign in anew, or send a code.'

export interface RecoveryCodeOptions {
  db: Db
  codes: Codes
  guessing: Guessing
  reauthentication: Reauthentication
}

/** What a caller proves before the recovery codes are replaced. */
export interface RecoveryProof {
  password: string
  /** Of the authenticator app, or a recovery code. Passkeys have no codes: their users sign in again instead. */
  code?: string | undefined
}

/** Replaces used, lost or leaked recovery codes. */
export function createRecoveryCodes({ db, codes, guessing, reauthentication }: RecoveryCodeOptions) {
  /** Replaces the codes, unless `code` is wrong. */
  const replace = (
    { userId, requestId }: Caller,
    made: string[],
    code: string | undefined,
    remember: Remember<string[]> | undefined,
  ) =>
    db.write(async (tx, inDoubt) => {
      await lockUser(db, tx, userId)
      if (inDoubt && (await hasRecoveryCodes(tx, userId, made))) return true
      const { totp, passkeys } = await readFactors(tx, userId)
      if (!totp && passkeys === 0) throw notFound('second factor')
      if (totp && code === undefined)
        throw invalidRequest([{ path: 'code', message: 'is required while codes of an app are on' }])
      if (code !== undefined && !(await codes.use(tx, userId, code))) return undefined
      await replaceRecoveryCodes(tx, userId, made)
      const origin = originOfUser(userId, requestId)
      await recordAudit(tx, { origin, action: 'user.recovery-codes-replaced', subject: userId })
      await remember?.(tx, made)
      return true
    })

  return {
    /**
     * Replaces the recovery codes of a user with a second factor. Without a code, the session must have begun in the last 10
     * minutes: its sign-in took the passkey.
     * @returns ten new ones, which cannot be read again
     * @throws Problem `not-found` without a second factor, `invalid-request` if the app's code is missing,
     * `recent-sign-in-required`, `invalid-credentials`, `invalid-code`, `account-locked`, `unauthenticated`, `unavailable`,
     * `overloaded`
     */
    async replace(
      caller: Caller,
      { password, code }: RecoveryProof,
      client: ClientInfo,
      remember?: Remember<string[]>,
    ): Promise<string[]> {
      const user = await reauthentication.byPassword(caller.userId, password, client)
      const made = newRecoveryCodes()
      if (code === undefined) {
        await reauthentication.bySignIn(caller, SIGN_IN_ANEW)
        await replace(caller, made, undefined, remember)
      } else await guessCode(guessing, user, client, () => replace(caller, made, code, remember))
      return made
    },
  }
}
