import { type Scope, scopes } from '../../contract/api-key.js'
import type { Role } from '../../contract/user.js'
import { type Permission, permissionsOf, permissionsOfScope, productWriting } from './permissions.js'
import { isKey, type Principal } from './principal.js'

export interface AccessOptions {
  /** Who may write products: admins, or every signed-in user. */
  productWriteAccess: 'admin' | 'authenticated'
}

export type Access = ReturnType<typeof createAccess>

/** Decides what each principal may do, for HTTP and sockets alike. */
export function createAccess({ productWriteAccess }: AccessOptions) {
  const extra = productWriteAccess === 'authenticated' ? productWriting : []
  const ofRole = (role: Role): ReadonlySet<Permission> => new Set([...permissionsOf[role], ...extra])
  const granted = { customer: ofRole('customer'), staff: ofRole('staff'), admin: ofRole('admin') }
  const byScope = new Map<Scope, ReadonlySet<Permission>>(
    scopes.map((scope) => [scope, new Set(permissionsOfScope[scope])]),
  )

  return {
    /** Whether `principal` has `permission`. An anonymous caller has none. */
    may(principal: Principal | undefined, permission: Permission): boolean {
      if (principal === undefined) return false
      if (isKey(principal))
        return principal.scopes.some((scope) => byScope.get(scope)?.has(permission) === true)
      return granted[principal.role].has(permission)
    },
  }
}
