import type { Mail } from '#prisma'
import type { Db } from '../db/db.js'
import type { Tx } from '../db/transaction.js'
import { newId } from '../ids.js'
import { GIVE_UP_MS, pauseAfter } from './retries.js'

export type MailKind = 'password-reset' | 'email-verification' | 'email-change'

/** Mails of one kind to one address within an hour. */
export const MAX_PER_HOUR = 3
const HOUR_MS = 60 * 60 * 1000
/** How long an attempt may take: then another process makes the next one. */
export const LEASE_MS = 2 * 60 * 1000
/** Rows per transaction. */
const STEP = 500

/** A mail to be queued. Create it before the transaction, which may run twice. */
export interface NewMail {
  id: string
  kind: MailKind
  /** The user whom the mail is about; null if the recipient is still to be looked up. */
  userId: string | null
  /** The address, in its normal form. */
  recipient: string
}

export const newMail = (kind: MailKind, userId: string | null, recipient: string): NewMail => ({
  id: newId(),
  kind,
  userId,
  recipient,
})

export interface OutboxOptions {
  db: Db
  /** Called after the commit of a transaction with a new mail. */
  onQueued?(): void
}

export type Outbox = ReturnType<typeof createOutbox>

/**
 * The mails to be sent, as rows inserted in the transaction of their cause. A row has no text and no link: the mail is
 * composed for each attempt, so no token is stored, and a delayed mail has a valid link.
 * Times are those of the database's clock.
 */
export function createOutbox({ db, onQueued = () => {} }: OutboxOptions) {
  const timeOf = async (tx: Tx) => db.dialect.now(tx)

  return {
    /** Inserts a mail. @param inDoubt an earlier attempt of the transaction may have inserted it */
    async queue(tx: Tx, mail: NewMail, inDoubt: boolean): Promise<void> {
      if (inDoubt && (await tx.mail.count({ where: { id: mail.id } })) > 0) return
      const at = new Date(await timeOf(tx))
      // A mail without a user waits until its recipient is looked up.
      const nextAttemptAt = mail.userId === null ? null : at
      await tx.mail.create({ data: { ...mail, createdAt: at, nextAttemptAt } })
      db.afterCommit(tx, onQueued)
    },

    /** Whether as many mails of `kind` wait for `recipient`, or were sent within the hour, as may. */
    async isFull(tx: Tx, kind: MailKind, recipient: string): Promise<boolean> {
      const since = new Date((await timeOf(tx)) - HOUR_MS)
      const of = { recipient, kind, userId: { not: null } }
      const count = await tx.mail.count({
        where: { ...of, OR: [{ sentAt: null }, { sentAt: { gt: since } }] },
      })
      return count >= MAX_PER_HOUR
    },

    /**
     * Claims the mail longest due. Until LEASE_MS have passed, no other process gets it.
     * @returns undefined if none is due
     */
    async claim(): Promise<Mail | undefined> {
      for (;;) {
        const now = await db.dialect.now(db.read)
        const mail = await db.read.mail.findFirst({
          where: { sentAt: null, nextAttemptAt: { lte: new Date(now) } },
          orderBy: { nextAttemptAt: 'asc' },
        })
        if (!mail) return undefined
        const { id, nextAttemptAt, attempts } = mail
        const leased = { attempts: attempts + 1, nextAttemptAt: new Date(now + LEASE_MS) }
        const { count } = await db.write((tx) =>
          tx.mail.updateMany({ where: { id, sentAt: null, nextAttemptAt, attempts }, data: leased }),
        )
        if (count > 0) return { ...mail, ...leased }
      }
    },

    /** Marks a mail as sent. Its row stays for an hour, to count mails to one address. */
    async sent(id: string): Promise<void> {
      await db.write(async (tx) => {
        const sentAt = new Date(await timeOf(tx))
        await tx.mail.updateMany({ where: { id }, data: { sentAt, nextAttemptAt: null } })
      })
    },

    /** Schedules the next attempt of a mail. @returns false, without the mail, if it was tried for too long */
    async failed({ id, attempts, createdAt }: Mail): Promise<boolean> {
      return db.write(async (tx) => {
        const nextAttemptAt = new Date((await timeOf(tx)) + pauseAfter(attempts))
        const isLast = nextAttemptAt.getTime() > createdAt.getTime() + GIVE_UP_MS
        if (isLast) await tx.mail.deleteMany({ where: { id } })
        else await tx.mail.updateMany({ where: { id }, data: { nextAttemptAt } })
        return !isLast
      })
    },

    /** Deletes a mail with nothing left to tell. */
    async drop(id: string): Promise<void> {
      await db.write((tx) => tx.mail.deleteMany({ where: { id } }))
    },

    /** Deletes the mails sent more than an hour ago, a few at a time. */
    async prune(): Promise<void> {
      const before = new Date((await db.dialect.now(db.read)) - HOUR_MS)
      for (;;) {
        const rows = await db.read.mail.findMany({
          where: { sentAt: { lte: before } },
          take: STEP,
          select: { id: true },
        })
        if (rows.length === 0) return
        await db.write((tx) => tx.mail.deleteMany({ where: { id: { in: rows.map(({ id }) => id) } } }))
      }
    },
  }
}
