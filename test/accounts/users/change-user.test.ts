import t, { type Test } from 'tap'
import { loadRevokedSessions } from '../../../src/accounts/sessions/revoked-sessions.js'
import { createSessions } from '../../../src/accounts/sessions/sessions.js'
import { changeUser } from '../../../src/accounts/users/change-user.js'
import { listUsers } from '../../../src/accounts/users/list-users.js'
import { addUser, engineDb } from '../../helpers/engine-db.js'

const client = { ip: '203.0.113.7', userAgent: 'a browser' }

async function setup(t: Test) {
  const { db, eventLog } = await engineDb(t)
  const revoked = await loadRevokedSessions(db)
  const sessions = createSessions({ db, revoked })
  const open = async (id: string) => {
    const user = await db.read.user.findUniqueOrThrow({ where: { id } })
    const opened = await sessions.open(user, client)
    if (!opened) throw new Error('no session')
    return opened.sessionId
  }
  const change = (id: string, changes: Parameters<typeof changeUser>[2]) =>
    changeUser({ db, eventLog, sessions }, id, changes)
  return { db, revoked, sessions, open, change }
}

t.test('a lower role and disabling end the sessions, other changes do not', async (t) => {
  const { db, revoked, open, change } = await setup(t)
  await addUser(db, 'admin')
  const id = await addUser(db)
  const ends = async (changes: Parameters<typeof change>[1]) => {
    const session = await open(id)
    await change(id, changes)
    return revoked.has(session)
  }
  t.notOk(await ends({ name: 'Ada' }))
  t.notOk(await ends({ role: 'staff' }), 'raised: the next token has it')
  t.notOk(await ends({ role: 'admin' }))
  t.notOk(await ends({ role: 'admin', disabled: false }), 'nothing changes')
  t.ok(await ends({ role: 'staff' }))
  t.ok(await ends({ role: 'customer' }))
  t.ok(await ends({ disabled: true }))
  await t.rejects(open(id), { code: 'account-disabled', statusCode: 403 })
  await change(id, { disabled: false })
  t.notOk(revoked.has(await open(id)))
  await t.rejects(change('019aa3c2-7a4e-7c31-9f0e-3f6f0e6f2b11', { name: 'X' }), { code: 'not-found' })
})

t.test('a user is found by the new name, and no longer by the old one', async (t) => {
  const { db, change } = await setup(t)
  const id = await addUser(db)
  await change(id, { name: 'Grace Hopper' })
  await change(id, { name: 'Ada Lovelace' })
  const find = async (q: string) => (await listUsers(db, { q, limit: 10 })).items.length
  t.same([await find('grace'), await find('love'), await find(id)], [0, 1, 1])
  t.equal(await db.read.userTerm.count({ where: { userId: id } }), 3)
})

t.test('the last admin that is not disabled stays one, however many changes race', async (t) => {
  const { db, change } = await setup(t)
  const only = await addUser(db, 'admin')
  await addUser(db, 'staff')
  for (const changes of [
    { role: 'staff' },
    { disabled: true },
    { role: 'customer', disabled: true },
  ] as const)
    await t.rejects(change(only, changes), { code: 'last-admin', statusCode: 409 })
  await change(only, { role: 'admin', name: 'Boss', disabled: false })

  for (let round = 0; round < 8; round++) {
    const others = await Promise.all(Array.from({ length: 3 }, () => addUser(db, 'admin')))
    const enabled = [only, ...others]
    const results = await Promise.allSettled(
      enabled.map((id, i) => change(id, i % 2 ? { role: 'customer' } : { disabled: true })),
    )
    const refused = results.filter(({ status }) => status === 'rejected')
    t.equal(refused.length, 1)
    t.match(refused, [{ reason: { code: 'last-admin' } }])
    t.equal(await db.read.user.count({ where: { role: 'admin', disabled: false } }), 1)
    await change(only, { role: 'admin', disabled: false })
    const rest = await db.read.user.findMany({ where: { role: 'admin', NOT: { id: only } } })
    for (const { id } of rest) await change(id, { role: 'customer' })
  }
})
