import t, { type Test } from 'tap'
import { createApiKeys, touchKeys } from '../../../src/accounts/api-keys/api-keys.js'
import { newKey } from '../../../src/accounts/api-keys/key-format.js'
import { loadKeyRing } from '../../../src/accounts/api-keys/key-ring.js'
import { newId } from '../../../src/ids.js'
import { addUser, engineDb } from '../../helpers/engine-db.js'

/** Creates the keys of two processes on one database: `here`, which makes changes, and `there`, which looks at them. */
async function setup(t: Test) {
  const { db } = await engineDb(t)
  const owner = await addUser(db, 'admin')
  const [here, there] = [await loadKeyRing(db), await loadKeyRing(db)]
  const keys = createApiKeys({ db, onChange: async () => void (await here.look()) })
  return { db, owner, here, there, keys }
}

t.test(
  'a key is known to its process at once, to others after a look, and stored as a hash alone',
  async (t) => {
    const { db, owner, here, there, keys } = await setup(t)
    const { key, ...view } = await keys.create(
      { name: 'Scanner', scopes: ['products:write', 'orders:read'] },
      owner,
    )
    t.match(here.verify(key), { keyId: view.id, ownerId: owner, scopes: ['products:write', 'orders:read'] })
    t.equal(there.verify(key), undefined)
    t.same(await there.look(), [], 'a new key is no change of a known one')
    const principal = there.verify(key)
    t.ok(principal && there.isLive(principal))
    t.same(await there.look(), [])
    t.equal(there.verify(key), principal, 'looks change nothing')
    t.match((await loadKeyRing(db)).verify(key), { keyId: view.id }, 'also after a restart')

    t.same(await keys.list(), [{ ...view, lastUsedAt: null }])
    t.notMatch(JSON.stringify(await db.read.apiKey.findMany()), key)
    for (const other of [newKey(), '', 'sk_', `${key} `, key.slice(0, -1)])
      t.equal(here.verify(other), undefined)
  },
)

t.test('a revoked key ends everywhere', async (t) => {
  const { owner, here, there, keys } = await setup(t)
  const { id, key } = await keys.create({ name: 'Scanner', scopes: ['orders:read'] }, owner)
  await there.look()
  const principal = there.verify(key)
  await keys.revoke(id)
  t.equal(here.verify(key), undefined)
  t.same(await there.look(), [{ id, isEnded: true }])
  t.equal(there.verify(key), undefined)
  t.notOk(principal && there.isLive(principal))
  t.same(await keys.list(), [])
  for (const unknown of [id, 'nope']) await t.rejects(keys.revoke(unknown), { code: 'not-found' })
  await t.rejects(keys.rotate(id, 60), { code: 'not-found' })
})

t.test('after a rotation both secrets are valid for the overlap, and then the new one', async (t) => {
  const { owner, here, there, keys } = await setup(t)
  const first = await keys.create({ name: 'Scanner', scopes: ['orders:read'] }, owner)
  await there.look()
  const second = await keys.rotate(first.id, 3_600)
  t.equal(second.id, first.id)
  t.not(second.prefix, first.prefix)
  t.same(await there.look(), [{ id: first.id, isEnded: false }])
  for (const ring of [here, there]) {
    t.equal(ring.verify(second.key)?.exp, Number.POSITIVE_INFINITY)
    const left = (ring.verify(first.key)?.exp ?? 0) - Date.now() / 1000
    t.ok(left > 3_500 && left < 3_700, 'an hour')
  }
  const third = await keys.rotate(first.id, 0)
  for (const { key } of [first, second]) t.equal(here.verify(key), undefined)
  t.ok(here.verify(third.key))
  const rotated = await Promise.all([1, 2, 3, 4].map(() => keys.rotate(first.id, 60)))
  await here.look()
  t.equal(rotated.filter(({ key }) => here.verify(key)).length, 2, 'of concurrent rotations, the last two')
})

t.test('a key expires on its own', async (t) => {
  const { owner, here, keys } = await setup(t)
  const expiresAt = new Date(Date.now() + 3_000).toISOString()
  const { key } = await keys.create({ name: 'Scanner', scopes: ['orders:read'], expiresAt }, owner)
  const principal = here.verify(key)
  t.ok(principal)
  while (here.verify(key)) await new Promise((resolve) => setTimeout(resolve, 20))
  t.notOk(principal && here.isLive(principal))
  await t.rejects(keys.create({ name: 'Late', scopes: ['orders:read'], expiresAt }, owner), {
    code: 'invalid-request',
  })
})

t.test('a key is valid while its owner is an enabled admin', async (t) => {
  const { db, owner, there, keys } = await setup(t)
  const { id, key } = await keys.create({ name: 'Scanner', scopes: ['orders:read'] }, owner)
  await there.look()
  const change = (data: { role?: string; disabled?: boolean }) =>
    db.write(async (tx) => {
      await tx.user.update({ where: { id: owner }, data })
      await touchKeys(db, tx, owner)
    })
  await change({ disabled: true })
  t.same(await there.look(), [{ id, isEnded: true }])
  t.equal(there.verify(key), undefined)
  await change({ disabled: false })
  await there.look()
  t.ok(there.verify(key))
  await change({ role: 'staff' })
  await there.look()
  t.equal(there.verify(key), undefined)
  t.equal((await loadKeyRing(db)).verify(key), undefined)
})

t.test('a reload finds keys that are gone from a database that was replaced', async (t) => {
  const { db, owner, here, keys } = await setup(t)
  const { id, key } = await keys.create({ name: 'Scanner', scopes: ['orders:read'] }, owner)
  await db.write((tx) => tx.apiKey.deleteMany())
  t.same(await here.look(), [])
  t.same(await here.reload(), [{ id, isEnded: true }])
  t.equal(here.verify(key), undefined)
})

t.test('there are a thousand keys in force at most', async (t) => {
  const { db, owner, keys } = await setup(t)
  const first = await keys.create({ name: 'Scanner', scopes: ['orders:read'] }, owner)
  const { id: _id, hash: _hash, ...row } = await db.read.apiKey.findUniqueOrThrow({ where: { id: first.id } })
  const copies = Array.from({ length: 998 }, (_, i) => ({ ...row, id: newId(), hash: `copy ${i}` }))
  await db.write((tx) => tx.apiKey.createMany({ data: copies }))
  const add = () => keys.create({ name: 'More', scopes: ['orders:read'] }, owner)
  await add()
  await t.rejects(add(), { code: 'api-key-limit' })
  t.equal((await keys.list()).length, 1_000)
  await keys.revoke(first.id)
  await t.resolves(add(), 'one that was deleted makes room')
})

t.test('an expiry is in the future, and has four digits of the year', async (t) => {
  const { owner, keys } = await setup(t)
  const create = (expiresAt: string | null) =>
    keys.create({ name: 'Scanner', scopes: ['orders:read', 'products:write'], expiresAt }, owner)
  t.match(await create('9999-12-31T23:59:59.999Z'), { expiresAt: '9999-12-31T23:59:59.999Z' })
  t.match(await create(null), { expiresAt: null, scopes: ['orders:read', 'products:write'] })
  for (const expiresAt of ['+010000-01-01T00:00:00Z', '2016-12-31T23:59:60Z', '2020-01-01T00:00:00Z'])
    await t.rejects(create(expiresAt), {
      code: 'invalid-request',
      extra: { errors: [{ path: 'expiresAt' }] },
    })
  t.equal((await keys.list()).length, 2)
})

t.test('a change of one key leaves the others as they are, and lists show the newest first', async (t) => {
  const { owner, here, keys } = await setup(t)
  const create = (name: string) => keys.create({ name, scopes: ['orders:read'] }, owner)
  const [first, second, third] = [await create('First'), await create('Second'), await create('Third')]
  t.same(
    (await keys.list()).map(({ name }) => name),
    ['Third', 'Second', 'First'],
  )
  const next = await keys.rotate(second.id, 0)
  await keys.revoke(third.id)
  t.same(
    [first, second, third, next].map(({ key }) => here.verify(key)?.keyId),
    [first.id, undefined, undefined, second.id],
  )
  t.same(
    (await keys.list()).map(({ id, prefix }) => [id, prefix]),
    [
      [second.id, next.prefix],
      [first.id, first.prefix],
    ],
  )
})
