import { type AuditAction, differences, recordAudit } from '../audit/record-audit.js'
import type { Db } from '../db/db.js'
import { isUniqueViolation } from '../db/driver-error.js'
import { newId } from '../ids.js'
import type { EventLog } from '../stream/log.js'
import { SYSTEM } from '../stream/origin.js'
import type { Credentials } from './accounts.js'
import { touchKeys } from './api-keys/api-keys.js'
import { liftLock } from './lockout/lift-lock.js'
import { voidMails } from './mails/mail-tokens.js'
import type { Passwords } from './passwords/hashing.js'
import { readablePassword } from './passwords/readable-password.js'
import type { Sessions } from './sessions/sessions.js'
import { normalEmail } from './user.js'
import { userEvent } from './users/user-events.js'
import { insertUser } from './users/user-terms.js'

interface AdminOptions {
  db: Db
  eventLog: EventLog
  passwords: Passwords
  sessions: Sessions
}

/**
 * Creates an admin.
 * @returns false if the address is taken, or if `onlyFirst` is set and an admin exists
 */
async function createAdmin(
  { db, eventLog, passwords }: AdminOptions,
  { email, password }: Credentials,
  onlyFirst = false,
): Promise<boolean> {
  const at = new Date()
  const data = { id: newId(), name: 'Admin', email, role: 'admin', createdAt: at, updatedAt: at }
  const hash = await passwords.hash(password)
  try {
    return await db.write(async (tx, inDoubt) => {
      if (inDoubt && (await tx.user.count({ where: { id: data.id } })) > 0) return true
      // Hashing is slow: another process may have created an admin meanwhile.
      if (onlyFirst && (await tx.user.findFirst({ where: { role: 'admin' }, select: { id: true } })))
        return false
      const user = await insertUser(tx, { ...data, password: hash })
      const details = { role: user.role }
      await recordAudit(tx, { origin: SYSTEM, action: 'user.created', subject: user.id, details })
      await eventLog.append(tx, [userEvent('user:created', user, SYSTEM)], at.getTime())
      return true
    })
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    return false
  }
}

/** The changes made by ensureAdmin. */
export type AdminChange = { id: string; created: boolean; password: boolean; role: boolean }

/**
 * Creates or updates the user: `wanted` is an admin with its password afterwards. Changing the password or the role ends
 * all of the user's sessions in the same transaction. Safe to run in several processes at once.
 * @returns the changes; undefined if there were none
 */
export async function ensureAdmin(
  options: AdminOptions,
  wanted: Credentials,
): Promise<AdminChange | undefined> {
  const { db, eventLog, passwords, sessions } = options
  const email = normalEmail(wanted.email)
  for (;;) {
    const user = await db.read.user.findUnique({ where: { email } })
    if (!user) {
      if (!(await createAdmin(options, { ...wanted, email }))) continue // another process created it first
      const { id } = await db.read.user.findUniqueOrThrow({ where: { email } })
      return { id, created: true, password: true, role: true }
    }
    const { id, role, password: old, disabled } = user
    const same = await passwords.verify(wanted.password, old)
    if (same && role === 'admin' && !disabled) return undefined
    const password = same ? old : await passwords.hash(wanted.password)
    const changed = await sessions.endAll(id, async (tx) => {
      const at = new Date()
      const { count } = await tx.user.updateMany({
        where: { id, role, password: old },
        data: { role: 'admin', disabled: false, emailVerified: true, password, updatedAt: at },
      })
      if (count === 0) return false
      await liftLock(tx, id)
      await touchKeys(db, tx, id)
      // The former owner may have asked for mails, whose links would take the account back.
      if (!same) await voidMails(tx, id)
      const record = (action: AuditAction) => recordAudit(tx, { origin: SYSTEM, action, subject: id })
      if (!same) await record('user.password-changed')
      if (disabled) await record('user.enabled')
      if (role !== 'admin')
        await recordAudit(tx, {
          origin: SYSTEM,
          action: 'user.role-changed',
          subject: id,
          details: differences({ role }, { role: 'admin' }),
        })
      await eventLog.append(tx, [userEvent('user:updated', { id, role: 'admin' }, SYSTEM)], at.getTime())
      return true
    })
    if (changed) return { id, created: false, password: !same, role: role !== 'admin' }
    // The user has changed since it was read, for example by a sign-in renewing the hash.
  }
}

/**
 * Creates admin@example.com if there is no admin.
 * @returns its credentials, not stored anywhere in plain text; undefined if an admin exists
 */
export async function makeFirstAdmin(options: AdminOptions): Promise<Credentials | undefined> {
  const admin = await options.db.read.user.findFirst({ where: { role: 'admin' }, select: { id: true } })
  if (admin) return undefined
  const credentials = { email: 'admin@example.com', password: readablePassword() }
  return (await createAdmin(options, credentials, true)) ? credentials : undefined
}
