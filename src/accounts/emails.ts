import type { User } from '#prisma'
import type { UserView } from '../contract/user.js'
import type { Db } from '../db/db.js'
import type { Tx } from '../db/transaction.js'
import {
  accountGone,
  emailTaken,
  invalidRequest,
  mailUnavailable,
  overloaded,
  Problem,
  problems,
} from '../errors.js'
import { type Remember, remembering } from '../idempotency/remember.js'
import { type NewMail, newMail, type Outbox } from '../mail/outbox.js'
import type { EventLog } from '../stream/log.js'
import { type Origin, originOfUser } from '../stream/origin.js'
import type { Guess } from './change-password.js'
import type { ClientInfo } from './sessions/session.js'
import { normalEmail, viewUser } from './user.js'
import { userEvent } from './users/user-events.js'
import { indexUser } from './users/user-terms.js'

export interface EmailOptions {
  db: Db
  eventLog: EventLog
  /** Undefined if no mail can be sent. */
  outbox: Outbox | undefined
  guess: Guess
}

/** Changes of the own account. */
export interface OwnChanges {
  name?: string
  email?: string
  /** The current one, required for a new address. */
  password?: string
}

interface NameChange {
  name: string | undefined
  origin: Origin
  remember: Remember<UserView> | undefined
}

const VERIFICATION = 'email-verification'
const NOTICE = 'email-change'
const RETRY_AFTER_SECONDS = 60 * 60
/** Attempts per change if the password hash changes concurrently, as when it is renewed. */
const MAX_ATTEMPTS = 3

/** Voids the user's unconfirmed changes to addresses other than `address`. */
async function voidOthers(tx: Tx, userId: string, address: string): Promise<void> {
  await tx.mailToken.deleteMany({ where: { userId, kind: 'verification', email: { not: address } } })
  const waiting = { userId, kind: VERIFICATION, sentAt: null }
  await tx.mail.deleteMany({ where: { ...waiting, recipient: { not: address } } })
}

/** Changes names and email addresses. A new address replaces the present one once it is verified. */
export function createEmails({ db, eventLog, outbox, guess }: EmailOptions) {
  /** Queues `mails` unless they are queued already. @throws Problem `rate-limited` if there were too many to one address */
  const queueAll = async (tx: Tx, mails: NewMail[], box: Outbox, inDoubt: boolean): Promise<void> => {
    for (const mail of mails) {
      if (inDoubt && (await tx.mail.count({ where: { id: mail.id } })) > 0) continue
      if (await box.isFull(tx, mail.kind, mail.recipient))
        throw new Problem(problems.rateLimited, 'Too many mails to this address: try again in an hour.', {
          retryAfter: RETRY_AFTER_SECONDS,
        })
      await box.queue(tx, mail, inDoubt)
    }
  }

  /** Tells of a change of a user. */
  const tell = async (tx: Tx, user: User, origin: Origin): Promise<void> => {
    await eventLog.append(tx, [userEvent('user:updated', user, origin)], user.updatedAt.getTime())
  }

  /** Makes the change if the user still has the password hash of `verified`. @returns undefined otherwise */
  const apply = async (
    user: User,
    { name, origin, remember }: NameChange,
    verified?: { address: string; hash: string },
  ) => {
    const mails = verified && [
      newMail(VERIFICATION, user.id, verified.address),
      newMail(NOTICE, user.id, user.email),
    ]
    const attempt = async (tx: Tx, inDoubt: boolean) => {
      await db.dialect.lockUsers(tx, [user.id], true)
      const row = await tx.user.findUnique({ where: { id: user.id } })
      if (!row || row.erasedAt) throw accountGone()
      if (verified && (row.password !== verified.hash || row.email !== user.email)) return undefined
      if (mails && outbox) {
        await voidOthers(tx, user.id, verified.address)
        await queueAll(tx, mails, outbox, inDoubt)
      }
      if (name === undefined) return row
      const changed = await tx.user.update({ where: { id: user.id }, data: { name, updatedAt: new Date() } })
      await indexUser(tx, changed)
      await tell(tx, changed, origin)
      return changed
    }
    return db.write(async (tx, inDoubt) => {
      const changed = await attempt(tx, inDoubt)
      if (changed) await remember?.(tx, viewUser(changed))
      return changed
    })
  }

  /** Checks that the owner may change to `address`. @returns the hash of the current password */
  const verifyOwner = async (
    user: User,
    address: string,
    password: string | undefined,
    client: ClientInfo,
  ) => {
    if (!outbox) throw mailUnavailable()
    if (password === undefined)
      throw invalidRequest([{ path: 'password', message: 'is required to change the email address' }])
    const { id, password: hash } = await guess(user.email, password, client, 'The password is wrong.')
    if (id !== user.id) return undefined
    if ((await db.read.user.count({ where: { email: address } })) > 0) throw emailTaken()
    return hash
  }

  return {
    /**
     * Changes the name at once, and the email address once it is verified: a link is mailed there, and the present address is
     * told. A later change replaces an unverified one; the present address withdraws it.
     * @throws Problem `unauthenticated` if the user is gone; for a new address `invalid-request` without a password,
     * `invalid-credentials`, `account-locked`, `email-taken`, `mail-unavailable`, `rate-limited`, `overloaded`
     */
    async update(
      id: string,
      { name, email, password }: OwnChanges,
      client: ClientInfo,
      remember?: Remember<UserView>,
    ): Promise<UserView> {
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
        const user = await db.read.user.findUnique({ where: { id } })
        if (!user || user.erasedAt) throw accountGone()
        const change = { name, origin: originOfUser(id, client.requestId), remember }
        const address = email === undefined ? undefined : normalEmail(email)
        if (address === undefined || address === user.email) {
          if (address) await db.write((tx) => voidOthers(tx, id, address))
          const changed = await apply(user, change)
          if (changed) return viewUser(changed)
        } else {
          const hash = await verifyOwner(user, address, password, client)
          const changed = hash && (await apply(user, change, { address, hash }))
          if (changed) return viewUser(changed)
        }
        // The user has changed since it was read.
      }
      throw overloaded(1)
    },

    /**
     * Mails the link again: to the new address, if one waits to be verified, or to the present one. It does nothing if that is
     * verified, or if there were too many mails.
     * @throws Problem `mail-unavailable`, `unauthenticated` if the user is gone
     */
    async resendVerification(userId: string, remember?: Remember<void>): Promise<void> {
      if (!outbox) throw mailUnavailable()
      const mail = newMail(VERIFICATION, userId, '')
      await db.write(
        remembering(remember, async (tx, inDoubt) => {
          await db.dialect.lockUsers(tx, [userId], true)
          const user = await tx.user.findUnique({ where: { id: userId } })
          if (!user) throw accountGone()
          const waiting = await tx.mail.findFirst({ where: { userId, kind: VERIFICATION, sentAt: null } })
          const where = { userId_kind: { userId, kind: 'verification' } }
          const mailed = await tx.mailToken.findUnique({ where })
          const recipient =
            waiting?.recipient ?? mailed?.email ?? (user.emailVerified ? undefined : user.email)
          if (recipient === undefined || (await outbox.isFull(tx, VERIFICATION, recipient))) return
          await outbox.queue(tx, { ...mail, recipient }, inDoubt)
        }),
      )
    },
  }
}
