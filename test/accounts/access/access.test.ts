import t from 'tap'
import { type AccessOptions, createAccess } from '../../../src/accounts/access/access.js'
import type { Permission } from '../../../src/accounts/access/permissions.js'
import { actorOf, isKey, originOf } from '../../../src/accounts/access/principal.js'
import type { Scope } from '../../../src/contract/api-key.js'
import type { Role } from '../../../src/contract/user.js'

const accessOf = (options: Partial<AccessOptions> = {}) =>
  createAccess({
    productWriteAccess: 'admin',
    adminMfaRequired: false,
    verifiedEmailRequired: false,
    ...options,
  })
const as = (role: Role, more = {}) => ({ sub: 'ada', sid: 'session', exp: 0, role, ...more })
const key = (...scopes: Scope[]) => ({ keyId: 'scanner', ownerId: 'ada', scopes, exp: 0 })

t.test('an admin who needs a second factor may do nothing but set it up', async (t) => {
  const strict = accessOf({ adminMfaRequired: true })
  for (const [principal, lacks] of [
    [as('admin'), true],
    [as('admin', { mfa: false }), true],
    [as('admin', { mfa: true }), false],
    [as('staff'), false],
    [as('customer'), false],
    [key('products:write'), false],
  ] as const) {
    t.equal(strict.lacksMfa(principal), lacks)
    t.equal(accessOf().lacksMfa(principal), false, 'unless it is required')
  }
  t.equal(strict.may(as('admin'), 'account:secure'), true)
  for (const permission of ['account:use', 'orders:read', 'products:write', 'api-keys:manage'] as const) {
    t.equal(strict.may(as('admin'), permission), false, permission)
    t.equal(strict.may(as('admin', { mfa: true }), permission), true, permission)
  }
  t.equal(strict.may(as('customer'), 'orders:read'), true)
  t.equal(strict.may(key('products:write'), 'products:write'), true)
})

t.test(
  'an address that must be verified first keeps from placing orders, and from nothing else',
  async (t) => {
    const strict = accessOf({ verifiedEmailRequired: true })
    const unverified = as('customer', { emailVerified: false })
    t.equal(strict.may(unverified, 'orders:place'), false)
    t.equal(strict.lacksVerifiedEmail(unverified, 'orders:place'), true)
    t.equal(strict.may(unverified, 'orders:cancel'), true)
    t.equal(accessOf().may(unverified, 'orders:place'), true)
    t.equal(strict.may(as('customer', { emailVerified: true }), 'orders:place'), true)
    t.equal(strict.may(as('customer'), 'orders:place'), true, 'a token of an earlier version')
    t.equal(strict.lacksVerifiedEmail(key('orders:write'), 'orders:place'), false)
  },
)

t.test('a key may do what any of its scopes allows, and nothing of a person', async (t) => {
  const access = accessOf({ productWriteAccess: 'authenticated' })
  const may = (permission: Permission, ...scopes: Scope[]) => access.may(key(...scopes), permission)
  t.equal(may('products:write', 'products:write'), true)
  t.equal(may('products:write', 'orders:read', 'products:write'), true)
  t.equal(may('products:write', 'products:read'), false)
  t.equal(may('products:write'), false, 'without scopes')
  t.equal(may('products:write', 'no-such-scope' as Scope), false)
  for (const permission of ['account:use', 'orders:place', 'api-keys:manage', 'audit:read'] as const)
    t.equal(
      may(permission, 'products:write', 'orders:write', 'users:write', 'events:read'),
      false,
      permission,
    )
})

t.test('a program acts as itself, and its changes are booked to the maker of its key', async (t) => {
  t.equal(isKey(key()), true)
  t.equal(isKey(as('admin')), false)
  const [program, person] = [actorOf(key(), 'request'), actorOf(as('admin'), 'request')]
  t.same(program, { userId: 'ada', keyId: 'scanner', requestId: 'request' })
  t.same(person, { userId: 'ada', requestId: 'request' })
  t.same(originOf(program), { actor: { type: 'key', id: 'scanner' }, requestId: 'request' })
  t.same(originOf(person), { actor: { type: 'user', id: 'ada' }, requestId: 'request' })
})
