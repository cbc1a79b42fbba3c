import { randomInt } from 'node:crypto'
import { isUniqueViolation } from '../db/driver-error.js'
import type { Db } from '../db/types.js'
import { newId } from '../ids.js'
import type { Credentials } from './accounts.js'
import type { Passwords } from './passwords.js'
import type { Sessions } from './sessions.js'
import { normalEmail } from './user.js'

interface AdminOptions {
  db: Db
  passwords: Passwords
  sessions: Sessions
}

/**
 * Makes an admin; false if the address is taken, or if `onlyFirst` and there is an admin by then.
 */
async function createAdmin(
  { db, passwords }: AdminOptions,
  { email, password }: Credentials,
  onlyFirst = false,
): Promise<boolean> {
  const at = new Date()
  const data = { id: newId(), name: 'Admin', email, role: 'admin', createdAt: at, updatedAt: at }
  const hash = await passwords.hash(password)
  try {
    return await db.write(async (tx, inDoubt) => {
      if (inDoubt && (await tx.user.count({ where: { id: data.id } })) > 0) return true
      // Hashing took a while: another process may have made an admin meanwhile.
      if (onlyFirst && (await tx.user.findFirst({ where: { role: 'admin' }, select: { id: true } })))
        return false
      await tx.user.create({ data: { ...data, password: hash } })
      return true
    })
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    return false
  }
}

/** What ensureAdmin had to change. */
export type AdminChange = { id: string; created: boolean; password: boolean; role: boolean }

/**
 * Sees to it that `wanted` is an admin with that password. Whoever was signed in as that user under another
 * password or role is signed out, in the same transaction. Safe in several processes at once.
 * @returns what was changed; undefined when all was so already
 */
export async function ensureAdmin(
  options: AdminOptions,
  wanted: Credentials,
): Promise<AdminChange | undefined> {
  const { db, passwords, sessions } = options
  const email = normalEmail(wanted.email)
  for (;;) {
    const user = await db.read.user.findUnique({ where: { email } })
    if (!user) {
      if (!(await createAdmin(options, { ...wanted, email }))) continue // another process was quicker
      const { id } = await db.read.user.findUniqueOrThrow({ where: { email } })
      return { id, created: true, password: true, role: true }
    }
    const { id, role, password: old } = user
    const same = await passwords.verify(wanted.password, old)
    if (same && role === 'admin') return undefined
    const password = same ? old : await passwords.hash(wanted.password)
    const changed = await sessions.endAll(id, async (tx) => {
      const { count } = await tx.user.updateMany({
        where: { id, role, password: old },
        data: { role: 'admin', password, updatedAt: new Date() },
      })
      return count === 1
    })
    if (changed) return { id, created: false, password: !same, role: role !== 'admin' }
    // The user has changed since it was read, for example by a sign-in that renewed the hash.
  }
}

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz' // Crockford's base 32: no letter looks like a digit
const GROUPS = 5
const GROUP_LENGTH = 4

/** A password of 100 random bits that a person can read and type. */
const readablePassword = () =>
  Array.from({ length: GROUPS }, () =>
    Array.from({ length: GROUP_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join(''),
  ).join('-')

/**
 * Makes admin@example.com where there is no admin at all.
 * @returns its credentials, which are known nowhere else; undefined if there was nothing to do.
 */
export async function makeFirstAdmin(options: AdminOptions): Promise<Credentials | undefined> {
  const admin = await options.db.read.user.findFirst({ where: { role: 'admin' }, select: { id: true } })
  if (admin) return undefined
  const credentials = { email: 'admin@example.com', password: readablePassword() }
  return (await createAdmin(options, credentials, true)) ? credentials : undefined
}
