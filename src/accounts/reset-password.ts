import { recordAudit } from '../audit/record-audit.js'
import type { Db } from '../db/db.js'
import { invalidRequest, invalidToken } from '../errors.js'
import { originOfUser } from '../stream/origin.js'
import { liftLock } from './lockout/lift-lock.js'
import { findToken, spendToken, voidMails } from './mails/mail-tokens.js'
import { dropFactors } from './mfa/factors.js'
import type { Passwords } from './passwords/hashing.js'
import { ownWordsFault } from './passwords/own-words.js'
import { type ClientInfo, clientKeyOf } from './sessions/session.js'
import type { Sessions } from './sessions/sessions.js'

export interface PasswordResetOptions {
  db: Db
  passwords: Passwords
  sessions: Sessions
  shopName: string
}

/** Sets passwords for users with a mailed token, in place of the forgotten ones. */
export function createPasswordReset({ db, passwords, sessions, shopName }: PasswordResetOptions) {
  return {
    /**
     * Sets a password, ends every session of the user and lifts a lock on guesses. The token has proved that its address is the
     * user's, so the address counts as verified; if it did not before, second factors are removed.
     * @param password must be valid (see passwordFault)
     * @returns the user's id
     * @throws Problem `invalid-token`, `invalid-request` for a password of the user's own words, `overloaded`
     */
    async resetPassword(token: string, password: string, client: ClientInfo): Promise<string> {
      const row = await findToken(db.read, token, 'reset', await db.dialect.now(db.read))
      const user = row && (await db.read.user.findUnique({ where: { id: row.userId } }))
      if (!row || !user) throw invalidToken()
      const { id, name, email } = user
      const fault = ownWordsFault(password, { name, email, shop: shopName })
      if (fault) throw invalidRequest([{ path: 'password', message: fault }])
      // The client has proved to be the owner, so it takes its turn among the known ones.
      const turn = { client: clientKeyOf(client), known: true, signal: client.signal }
      const hash = await passwords.hash(password, turn)
      const isSet = await sessions.endAll(id, async (tx, inDoubt) => {
        await db.dialect.lockUsers(tx, [id], true)
        const current = await tx.user.findUnique({ where: { id } })
        if (!current) return false
        if (inDoubt && current.password === hash) return true
        const valid = await findToken(tx, token, 'reset', await db.dialect.now(tx))
        if (valid?.email !== current.email || !(await spendToken(tx, valid))) return false
        await voidMails(tx, id)
        await liftLock(tx, id)
        const origin = originOfUser(id, client.requestId)
        if (!current.emailVerified) await dropFactors(tx, id, { origin, by: 'mail' })
        await tx.user.update({
          where: { id },
          data: { password: hash, emailVerified: true, updatedAt: new Date() },
        })
        await recordAudit(tx, {
          origin,
          action: 'user.password-changed',
          subject: id,
          details: { by: 'mail' },
        })
        return true
      })
      if (!isSet) throw invalidToken()
      return id
    },
  }
}
