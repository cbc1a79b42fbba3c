import type { Scope } from '../../contract/api-key.js'
import type { Role } from '../../contract/user.js'

/** What a caller may be allowed to do. Each route, namespace and stream requires one of these. */
export const permissions = [
  'account:secure', // reading one's own account, and setting up its second factors
  'account:use', // one's own account and sessions
  'orders:place',
  'orders:read', // one's own orders
  'orders:read-all',
  'orders:cancel', // one's own pending orders
  'orders:change', // every order: its status, and cancelling
  'products:write',
  'products:export', // the whole catalogue as a file
  'stock:adjust',
  'ledger:read', // changes of the stock, with their authors
  'events:read', // the log
  'events:follow', // every event, live
  'pulse:read',
  'metrics:read',
  'users:read',
  'users:write',
  'api-keys:manage',
  'webhooks:manage',
  'audit:read',
] as const

export type Permission = (typeof permissions)[number]

const customer: readonly Permission[] = [
  'account:secure',
  'account:use',
  'orders:place',
  'orders:read',
  'orders:cancel',
]

const staff: readonly Permission[] = [
  ...customer,
  'orders:read-all',
  'orders:change',
  'products:export',
  'stock:adjust',
  'ledger:read',
  'events:follow',
  'pulse:read',
  'users:read',
]

/** The permissions of each role. */
export const permissionsOf: Readonly<Record<Role, readonly Permission[]>> = {
  customer,
  staff,
  admin: permissions,
}

/** The permissions of each scope of an API key. No scope allows what belongs to a person: an account, or placing orders. */
export const permissionsOfScope: Readonly<Record<Scope, readonly Permission[]>> = {
  'products:read': ['products:export'], // the catalogue itself is public
  'products:write': ['products:write', 'stock:adjust', 'ledger:read'],
  'orders:read': ['orders:read', 'orders:read-all'],
  'orders:write': ['orders:cancel', 'orders:change'],
  'events:read': ['events:read', 'events:follow'],
  'users:read': ['users:read'],
  'users:write': ['users:write'],
  'webhooks:write': ['webhooks:manage'],
}

/** What an admin without a second factor may do with ADMIN_MFA=required. */
export const beforeMfa: readonly Permission[] = ['account:secure']

/** Granted to every signed-in user with PRODUCT_WRITE_ACCESS=authenticated. */
export const productWriting: readonly Permission[] = ['products:write', 'stock:adjust']
