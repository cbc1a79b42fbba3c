import type { Db } from '../../db/db.js'
import type { Tx } from '../../db/transaction.js'
import { newMail, type Outbox } from '../../mail/outbox.js'
import { normalEmail } from '../user.js'

const KIND = 'password-reset'
/** Requests waiting to be looked up: more are dropped, so a flood of them cannot fill the outbox. */
export const MAX_UNRESOLVED = 1_000
/** Requests looked up per transaction. */
const STEP = 50

export interface ResetRequestsOptions {
  db: Db
  outbox: Outbox
}

/**
 * Requests to reset a password. A request inserts the same row for any address, so its time tells nothing about
 * accounts; whose it is, and whether there were too many, is found out before the mail is sent.
 */
export function createResetRequests({ db, outbox }: ResetRequestsOptions) {
  /** Gives the request `id` its user, or deletes it: no mail goes to unknown or disabled users, nor too many to one. */
  const resolveOne = async (tx: Tx, id: string, recipient: string): Promise<void> => {
    const found = await tx.user.findUnique({ where: { email: recipient }, select: { id: true } })
    // Locked, so other processes count the mails to one user in turn.
    if (found) await db.dialect.lockUsers(tx, [found.id], true)
    const user = await tx.user.findUnique({ where: { email: recipient } })
    if (!user || user.disabled || (await outbox.isFull(tx, KIND, recipient)))
      await tx.mail.deleteMany({ where: { id, userId: null } })
    else {
      const nextAttemptAt = new Date(await db.dialect.now(tx))
      await tx.mail.updateMany({ where: { id, userId: null }, data: { userId: user.id, nextAttemptAt } })
    }
  }

  return {
    /** Requests a mail to `email`, in the same time whether an account has it or not. Beyond MAX_UNRESOLVED it does nothing. */
    async request(email: string): Promise<void> {
      const mail = newMail(KIND, null, normalEmail(email))
      await db.write(async (tx, inDoubt) => {
        const waiting = await tx.mail.count({ where: { userId: null, kind: KIND }, take: MAX_UNRESOLVED })
        if (waiting < MAX_UNRESOLVED) await outbox.queue(tx, mail, inDoubt)
      })
    },

    /** Turns the waiting requests into mails to users. Safe to run in several processes at once. */
    async resolve(): Promise<void> {
      for (;;) {
        const rows = await db.read.mail.findMany({
          where: { userId: null, kind: KIND },
          orderBy: { id: 'asc' },
          take: STEP,
          select: { id: true, recipient: true },
        })
        if (rows.length === 0) return
        await db.write(async (tx) => {
          for (const { id, recipient } of rows) await resolveOne(tx, id, recipient)
        })
      }
    },
  }
}
