import type { User } from '#prisma'
import type { Role, UserView } from '../contract/user.js'

/** Returns the API's view of a row of `users`, without the password hash. */
export const viewUser = (row: User): UserView => ({
  id: row.id,
  name: row.name,
  email: row.email,
  emailVerified: row.emailVerified,
  mfa: row.mfa,
  role: row.role as Role,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
})

/** Normalizes an email address for storage and lookup. */
export const normalEmail = (typed: string) => typed.trim().toLowerCase()
