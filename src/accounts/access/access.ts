import { type Scope, scopes } from '../../contract/api-key.js'
import type { Role } from '../../contract/user.js'
import {
  beforeMfa,
  type Permission,
  permissionsOf,
  permissionsOfScope,
  productWriting,
} from './permissions.js'
import { isKey, type Principal } from './principal.js'

export interface AccessOptions {
  /** The writers of products: admins, or every signed-in user. */
  productWriteAccess: 'admin' | 'authenticated'
  /** Whether admins need a second factor: without one they may set it up, and nothing else. */
  adminMfaRequired: boolean
  /** Whether placing orders takes a verified email address. */
  verifiedEmailRequired: boolean
}

export type Access = ReturnType<typeof createAccess>

/** Decides what each principal may do, for HTTP and sockets alike. */
export function createAccess(options: AccessOptions) {
  const { productWriteAccess, adminMfaRequired, verifiedEmailRequired } = options
  const extra = productWriteAccess === 'authenticated' ? productWriting : []
  const ofRole = (role: Role): ReadonlySet<Permission> => new Set([...permissionsOf[role], ...extra])
  const granted = { customer: ofRole('customer'), staff: ofRole('staff'), admin: ofRole('admin') }
  const byScope = new Map<Scope, ReadonlySet<Permission>>(
    scopes.map((scope) => [scope, new Set(permissionsOfScope[scope])]),
  )

  const unprotected: ReadonlySet<Permission> = new Set(beforeMfa)

  /** Whether `principal` must set up a second factor first. */
  const lacksMfa = (principal: Principal): boolean =>
    adminMfaRequired && !isKey(principal) && principal.role === 'admin' && !principal.mfa

  /** Whether `principal` must verify their email address before they use `permission`. */
  const lacksVerifiedEmail = (principal: Principal, permission: Permission): boolean =>
    verifiedEmailRequired &&
    permission === 'orders:place' &&
    !isKey(principal) &&
    principal.emailVerified === false

  return {
    lacksMfa,
    lacksVerifiedEmail,

    /** Whether `principal` has `permission`. An anonymous caller has none. */
    may(principal: Principal | undefined, permission: Permission): boolean {
      if (principal === undefined) return false
      if (isKey(principal))
        return principal.scopes.some((scope) => byScope.get(scope)?.has(permission) === true)
      if (lacksVerifiedEmail(principal, permission)) return false
      return (lacksMfa(principal) ? unprotected : granted[principal.role]).has(permission)
    },
  }
}
