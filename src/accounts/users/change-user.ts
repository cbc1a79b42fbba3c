import type { User } from '#prisma'
import { differences, recordAudit } from '../../audit/record-audit.js'
import { type Role, roles } from '../../contract/user.js'
import type { Db } from '../../db/db.js'
import type { Tx } from '../../db/transaction.js'
import { notFound } from '../../errors.js'
import type { Remember } from '../../idempotency/remember.js'
import type { EventLog } from '../../stream/log.js'
import { type Origin, SYSTEM } from '../../stream/origin.js'
import { touchKeys } from '../api-keys/api-keys.js'
import type { Sessions } from '../sessions/sessions.js'
import { lockAdmins, refuseLastAdmin } from './last-admin.js'
import { userEvent } from './user-events.js'
import { indexUser } from './user-terms.js'

/** The fields of a user for admins to change. */
export interface UserChanges {
  role?: Role
  disabled?: boolean
  name?: string
}

export interface UserChange {
  before: User
  after: User
}

const isLower = (role: string, than: string) => roles.indexOf(role as Role) < roles.indexOf(than as Role)

/** Whether the user's tokens would allow more than the user now may. */
const endsSessions = ({ before, after }: UserChange): boolean =>
  isLower(after.role, before.role) || (after.disabled && !before.disabled)

/** Locks and reads the user, and refuses a change by which the shop would have no admin. */
async function lockUser(db: Db, tx: Tx, id: string, changes: UserChanges): Promise<User> {
  const { role, disabled } = changes
  const endsAdmin = disabled === true || (role !== undefined && role !== 'admin')
  const admins = endsAdmin ? await lockAdmins(db, tx) : []
  await db.dialect.lockUsers(tx, [id], true)
  const user = await tx.user.findUnique({ where: { id } })
  if (!user || user.erasedAt) throw notFound('user')
  if (endsAdmin) refuseLastAdmin(admins, id)
  return user
}

/** Records what a change of a user is about, without names. */
async function record(tx: Tx, { before, after }: UserChange, origin: Origin): Promise<void> {
  const subject = after.id
  if (after.role !== before.role) {
    const details = differences({ role: before.role }, { role: after.role })
    await recordAudit(tx, { origin, action: 'user.role-changed', subject, details })
  }
  if (after.disabled !== before.disabled)
    await recordAudit(tx, { origin, action: after.disabled ? 'user.disabled' : 'user.enabled', subject })
  if (after.name !== before.name) await recordAudit(tx, { origin, action: 'user.renamed', subject })
}

/**
 * Changes a user. A lower role, or `disabled`, ends the user's sessions in the same transaction. API keys that the user made
 * are valid while the user is an enabled admin.
 * @param origin the author of the change
 * @throws Problem not-found, last-admin
 */
export async function changeUser(
  { db, eventLog, sessions }: { db: Db; eventLog: EventLog; sessions: Sessions },
  id: string,
  changes: UserChanges,
  origin: Origin = SYSTEM,
  remember?: Remember<UserChange>,
): Promise<UserChange> {
  let change: UserChange | undefined
  await sessions.endAll(id, async (tx) => {
    const before = await lockUser(db, tx, id, changes)
    const at = new Date()
    const after = await tx.user.update({ where: { id }, data: { ...changes, updatedAt: at } })
    if (after.name !== before.name) await indexUser(tx, after)
    if (after.role !== before.role || after.disabled !== before.disabled) await touchKeys(db, tx, id)
    change = { before, after }
    await record(tx, change, origin)
    await eventLog.append(tx, [userEvent('user:updated', after, origin)], at.getTime())
    await remember?.(tx, change)
    return endsSessions(change)
  })
  if (!change) throw notFound('user')
  return change
}
