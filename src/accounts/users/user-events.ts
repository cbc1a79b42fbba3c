import type { User } from '#prisma'
import type { Role } from '../../contract/user.js'
import type { Draft } from '../../stream/log.js'
import type { Origin } from '../../stream/origin.js'

/** Returns an event about a user, which tells the id and the role alone. */
export const userEvent = (
  type: 'user:created' | 'user:updated' | 'user:deleted',
  { id, role }: Pick<User, 'id' | 'role'>,
  origin: Origin,
): Draft => ({ type, userId: null, data: { id, role: role as Role }, origin })
