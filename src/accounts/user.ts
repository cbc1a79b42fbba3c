import type { User } from '#prisma'

export const roles = ['customer', 'admin'] as const
export type Role = (typeof roles)[number]

/** A user as clients see it: never with the password's hash. */
export interface UserView {
  id: string
  name: string
  email: string
  role: Role
  createdAt: string
  updatedAt: string
}

export const viewUser = (row: User): UserView => ({
  id: row.id,
  name: row.name,
  email: row.email,
  role: row.role as Role,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
})

/** The one form in which an email address is kept and looked up. */
export const normalEmail = (typed: string) => typed.trim().toLowerCase()
