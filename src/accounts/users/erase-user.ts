import type { User } from '#prisma'
import { recordAudit } from '../../audit/record-audit.js'
import type { Db } from '../../db/db.js'
import type { Tx } from '../../db/transaction.js'
import { notFound } from '../../errors.js'
import { forgetAnswers } from '../../idempotency/forget-answers.js'
import { hideAnswers, hideNewAnswers } from '../../idempotency/hide-answers.js'
import { NAME_RULES } from '../../search/tokenize.js'
import type { EventLog } from '../../stream/log.js'
import { type Origin, SYSTEM } from '../../stream/origin.js'
import type { SecretBox } from '../mfa/secret-box.js'
import { NO_PASSWORD } from '../passwords/no-password.js'
import type { Sessions } from '../sessions/sessions.js'
import { lockAdmins, refuseLastAdmin } from './last-admin.js'
import { userEvent } from './user-events.js'

/** The name in orders and books in place of an erased person's. */
export const ERASED_NAME = 'Deleted user'
const ERASED_KEY_NAME = 'Deleted API key'

/** Returns an address that mail cannot reach (RFC 2606) and nobody can register: its domain has no dot. */
const erasedEmail = (id: string) => `${id}@invalid`

/** Orders per transaction. */
const STEP = 500
/** The clocks of two processes differ by less. */
const SKEW_MS = 60_000

export interface EraseOptions {
  db: Db
  eventLog: EventLog
  sessions: Sessions
  /** Decrypts the kept answers to requests. */
  answerBox?: SecretBox | undefined
}

/** The columns with words of the client, and a digest of them. */
const KEYLESS = { idempotencyKey: null, keyFingerprint: null }
const SILENT = { ...KEYLESS, note: null, metadata: null }
const spoken = (userId: string) => ({
  userId,
  OR: [{ idempotencyKey: { not: null } }, { note: { not: null } }, { metadata: { not: null } }],
})

/** Removes the idempotency keys, notes and metadata of a user's orders, which are the client's words. In small steps: there may be very many. */
async function forgetOrderKeys(db: Db, userId: string): Promise<void> {
  for (;;) {
    const rows = await db.read.order.findMany({
      where: spoken(userId),
      take: STEP,
      select: { id: true },
    })
    if (rows.length === 0) return
    const ids = rows.map(({ id }) => id)
    await db.write((tx) => tx.order.updateMany({ where: { id: { in: ids } }, data: SILENT }))
  }
}

/** Removes the notes from the histories of a user's orders. In small steps, as above. */
async function forgetHistory(db: Db, userId: string): Promise<void> {
  for (let after = ''; ; ) {
    const where = { userId, id: { gt: after } }
    const rows = await db.read.order.findMany({
      where,
      orderBy: { id: 'asc' },
      take: STEP,
      select: { id: true },
    })
    const last = rows.at(-1)
    if (!last) return
    after = last.id
    const orderId = { in: rows.map(({ id }) => id) }
    await db.write((tx) =>
      tx.orderChange.updateMany({ where: { orderId, note: { not: null } }, data: { note: null } }),
    )
  }
}

/** Removes the notes and metadata from some events about a user's orders. @returns their number */
async function forgetWords(tx: Tx, userId: string): Promise<number> {
  const where = { userId, OR: [{ data: { contains: '"note":"' } }, { data: { contains: '"metadata":{' } }] }
  const rows = await tx.event.findMany({ where, take: STEP, select: { offset: true, data: true } })
  for (const { offset, data } of rows) {
    const silent = JSON.stringify({ ...JSON.parse(data), note: null, metadata: null })
    await tx.event.update({ where: { offset }, data: { data: silent } })
  }
  return rows.length
}

/** Deletes the rows about the person alone. Sessions are ended by the caller. */
async function deleteRows(db: Db, tx: Tx, { id: userId, email }: User): Promise<void> {
  await tx.userTerm.deleteMany({ where: { userId } })
  await tx.totp.deleteMany({ where: { userId } })
  await tx.passkey.deleteMany({ where: { userId } })
  await tx.recoveryCode.deleteMany({ where: { userId } })
  await tx.mfaToken.deleteMany({ where: { userId } })
  await tx.mailToken.deleteMany({ where: { userId } })
  await forgetAnswers(tx, userId)
  // Requests for a mail have no user yet.
  await tx.mail.deleteMany({ where: { OR: [{ userId }, { userId: null, recipient: email }] } })
  await tx.order.updateMany({ where: spoken(userId), data: SILENT })
  while ((await forgetWords(tx, userId)) > 0);
  await tx.checkout.updateMany({ where: { userId, idempotencyKey: { not: null } }, data: KEYLESS })
  // Keys stay as rows: the books name them, and other processes learn by them that they have ended.
  const at = new Date(await db.dialect.now(tx))
  await tx.apiKey.updateMany({
    where: { userId, revokedAt: null },
    data: { revokedAt: at, updatedAt: at, name: ERASED_KEY_NAME },
  })
  await tx.apiKey.updateMany({ where: { userId }, data: { name: ERASED_KEY_NAME } })
}

/**
 * Erases a user in one transaction: what names the person is replaced, and sessions, API keys, second factors, mails and search
 * terms are gone. The row stays, without a way to sign in, because orders and books refer to it.
 * @param origin the author of the request
 * @param allows decides, under the lock of the row, whether to go on
 * @returns false if `allows` did; the validity of API keys has changed otherwise
 * @throws Problem not-found, also for an erased user; last-admin
 */
export async function eraseUser(
  { db, eventLog, sessions, answerBox }: EraseOptions,
  id: string,
  origin: Origin = SYSTEM,
  allows: (user: User) => boolean = () => true,
): Promise<boolean> {
  const since = new Date(Date.now() - SKEW_MS)
  if (answerBox) await hideAnswers(db, answerBox, id)
  await forgetOrderKeys(db, id)
  await forgetHistory(db, id)
  while ((await db.write((tx) => forgetWords(tx, id))) > 0);
  const erase = async (tx: Tx, inDoubt: boolean): Promise<boolean> => {
    const admins = await lockAdmins(db, tx)
    await db.dialect.lockUsers(tx, [id], true)
    const user = await tx.user.findUnique({ where: { id } })
    if (user?.erasedAt && inDoubt) return true
    if (!user || user.erasedAt) throw notFound('user')
    if (!allows(user)) return false
    refuseLastAdmin(admins, id)
    await deleteRows(db, tx, user)
    if (answerBox) await hideNewAnswers(tx, answerBox, id, since)
    const at = new Date()
    await tx.user.update({
      where: { id },
      data: {
        name: ERASED_NAME,
        email: erasedEmail(id),
        emailVerified: false,
        password: NO_PASSWORD,
        role: 'customer',
        disabled: true,
        mfa: false,
        lastSeenAt: null,
        termRules: NAME_RULES,
        erasedAt: at,
        updatedAt: at,
      },
    })
    await recordAudit(tx, { origin, action: 'user.erased', subject: id, details: { role: user.role } })
    await eventLog.append(tx, [userEvent('user:deleted', user, origin)], at.getTime())
    return true
  }
  return sessions.endAll(id, erase, undefined, 'erased')
}
