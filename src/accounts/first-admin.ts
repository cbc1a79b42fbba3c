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

/** Makes an admin; false if the address is taken. */
async function createAdmin({ db, passwords }: AdminOptions, { email, password }: Credentials) {
  const at = new Date()
  const data = { id: newId(), name: 'Admin', email, role: 'admin', createdAt: at, updatedAt: at }
  const hash = await passwords.hash(password)
  try {
    await db.write((tx) => tx.user.create({ data: { ...data, password: hash } }))
    return true
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    // It may be this very one, of an attempt whose answer was lost.
    return (await db.read.user.findUnique({ where: { id: data.id } })) !== null
  }
}

/**
 * Sees to it that `wanted` is an admin with that password. Whoever was signed in as that user under another
 * password or role is signed out. Safe in several processes at once.
 */
export async function ensureAdmin(options: AdminOptions, wanted: Credentials): Promise<void> {
  const { db, passwords, sessions } = options
  const email = normalEmail(wanted.email)
  const user = await db.read.user.findUnique({ where: { email } })
  if (!user) {
    // Taken by now: another process made it, and what remains is to compare.
    if (!(await createAdmin(options, { ...wanted, email }))) await ensureAdmin(options, wanted)
    return
  }
  const { id, role, password: old } = user
  const same = await passwords.verify(wanted.password, old)
  if (same && role === 'admin') return
  const password = same ? old : await passwords.hash(wanted.password)
  await db.write((tx) =>
    tx.user.updateMany({
      where: { id, role, password: old },
      data: { role: 'admin', password, updatedAt: new Date() },
    }),
  )
  await sessions.endAll(id)
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
  return (await createAdmin(options, credentials)) ? credentials : undefined
}
