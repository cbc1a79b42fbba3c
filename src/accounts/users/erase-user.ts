import type { User } from '#prisma'
import { recordAudit } from '../../audit/record-audit.js'
import { NAME_RULES } from '../../catalog/search/tokenize.js'
import type { Db } from '../../db/db.js'
import type { Tx } from '../../db/transaction.js'
import { notFound } from '../../errors.js'
import type { EventLog } from '../../stream/log.js'
import { type Origin, SYSTEM } from '../../stream/origin.js'
import type { Sessions } from '../sessions/sessions.js'
import { lockAdmins, refuseLastAdmin } from './last-admin.js'
import { userEvent } from './user-events.js'

/** The name that orders and books show in place of an erased person's. */
export const ERASED_NAME = 'Deleted user'
const ERASED_KEY_NAME = 'Deleted API key'

/** Returns an address that no mail reaches (RFC 2606) and nobody can register: its domain has no dot. */
const erasedEmail = (id: string) => `${id}@invalid`

/** Orders per transaction. */
const STEP = 500

export interface EraseOptions {
  db: Db
  eventLog: EventLog
  sessions: Sessions
}

/** Removes the idempotency keys of a user's orders, which are the client's words. In small steps: there may be very many. */
async function forgetOrderKeys(db: Db, userId: string): Promise<void> {
  for (;;) {
    const rows = await db.read.order.findMany({
      where: { userId, idempotencyKey: { not: null } },
      take: STEP,
      select: { id: true },
    })
    if (rows.length === 0) return
    const ids = rows.map(({ id }) => id)
    await db.write((tx) =>
      tx.order.updateMany({ where: { id: { in: ids } }, data: { idempotencyKey: null } }),
    )
  }
}

/** Deletes the rows that are about the person alone. Sessions are ended by the caller. */
async function deleteRows(db: Db, tx: Tx, { id: userId, email }: User): Promise<void> {
  await tx.userTerm.deleteMany({ where: { userId } })
  await tx.totp.deleteMany({ where: { userId } })
  await tx.passkey.deleteMany({ where: { userId } })
  await tx.recoveryCode.deleteMany({ where: { userId } })
  await tx.mfaToken.deleteMany({ where: { userId } })
  await tx.mailToken.deleteMany({ where: { userId } })
  // Requests for a mail have no user yet.
  await tx.mail.deleteMany({ where: { OR: [{ userId }, { userId: null, recipient: email }] } })
  await tx.order.updateMany({
    where: { userId, idempotencyKey: { not: null } },
    data: { idempotencyKey: null },
  })
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
 * @param origin who asked for it
 * @param allows decides, under the lock of the row, whether to go on
 * @returns false if `allows` did; the validity of API keys has changed otherwise
 * @throws Problem not-found, also for a user who was erased before; last-admin
 */
export async function eraseUser(
  { db, eventLog, sessions }: EraseOptions,
  id: string,
  origin: Origin = SYSTEM,
  allows: (user: User) => boolean = () => true,
): Promise<boolean> {
  await forgetOrderKeys(db, id)
  const erase = async (tx: Tx, inDoubt: boolean): Promise<boolean> => {
    const admins = await lockAdmins(db, tx)
    await db.dialect.lockUsers(tx, [id], true)
    const user = await tx.user.findUnique({ where: { id } })
    if (user?.erasedAt && inDoubt) return true
    if (!user || user.erasedAt) throw notFound('user')
    if (!allows(user)) return false
    refuseLastAdmin(admins, id)
    await deleteRows(db, tx, user)
    const at = new Date()
    await tx.user.update({
      where: { id },
      data: {
        name: ERASED_NAME,
        email: erasedEmail(id),
        emailVerified: false,
        password: '',
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
