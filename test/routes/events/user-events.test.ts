import t from 'tap'
import { ensureAdmin } from '../../../src/accounts/first-admin.js'
import { createPasswords } from '../../../src/accounts/passwords/hashing.js'
import { build, buildEmpty, signIn } from '../../helpers/app.js'

const ada = { name: 'Ada Lovelace', email: 'ada@shop.test', password: 'correct horse' }

t.test('the log identifies users by id and role alone', async (t) => {
  const app = await build(t)
  const admin = await signIn(app, 'admin')
  const register = await app.inject({ method: 'POST', url: '/auth/register', payload: ada })
  const { id } = register.json()
  const session = await app.accounts.signIn(ada, { ip: '203.0.113.7', userAgent: undefined })
  const own = {
    authorization: `Bearer ${app.auth.tokens.sign({ sub: id, role: 'customer', sid: session.sessionId })}`,
  }
  const patch = (url: string, headers: object, payload: object) =>
    app.inject({ method: 'PATCH', url, headers: { ...headers }, payload })
  t.equal((await patch('/auth/me', own, { name: 'Ada King' })).statusCode, 200)
  t.equal((await patch(`/users/${id}`, admin.headers, { role: 'staff' })).statusCode, 200)
  t.equal((await patch(`/users/${id}`, admin.headers, { disabled: true })).statusCode, 200)
  t.equal((await patch(`/users/${id}`, admin.headers, { name: '' })).statusCode, 400)
  t.equal((await app.inject({ method: 'POST', url: '/auth/register', payload: ada })).statusCode, 409)

  const events = await app.eventLog.read(0, 100)
  const [self, boss] = [
    { type: 'user', id },
    { type: 'user', id: admin.id },
  ]
  t.same(
    events.map(({ type, actor, data }) => ({ type, actor, data })),
    [
      { type: 'user:created', actor: self, data: { id, role: 'customer' } },
      { type: 'user:updated', actor: self, data: { id, role: 'customer' } },
      { type: 'user:updated', actor: boss, data: { id, role: 'staff' } },
      { type: 'user:updated', actor: boss, data: { id, role: 'staff' } },
    ],
  )
  for (const { requestId } of events) t.type(requestId, 'string')
  t.notMatch(JSON.stringify(events), /Ada|shop\.test/)
  t.same(await app.eventLog.readOwnTexts(id, 0, 100, 10), [], 'they are about no orders of the user')
})

t.test('an admin of the settings is created and changed by the system', async (t) => {
  const app = await buildEmpty(t, { production: true, jwtSecret: 'x'.repeat(32) })
  const { db, eventLog } = app
  const passwords = createPasswords({ cost: 4, maxWaiting: 10 })
  t.teardown(() => passwords.close())
  const engines = { db, eventLog, passwords, sessions: app.accounts.sessions }
  const admin = { email: 'boss@shop.test', password: 'correct horse' }
  const change = await ensureAdmin(engines, admin)
  await ensureAdmin(engines, admin)
  await ensureAdmin(engines, { ...admin, password: 'another horse' })
  const id = change?.id
  const system = { type: 'system', id: null }
  t.match(await eventLog.read(0, 10), [
    { type: 'user:created', actor: system, data: { id, role: 'admin' } },
    { type: 'user:updated', actor: system, data: { id, role: 'admin' } },
  ])
  t.equal(await eventLog.head(), 2, 'a start that changes nothing tells nothing')
  const entries = await db.read.auditEntry.findMany({ orderBy: { id: 'asc' } })
  t.match(entries, [
    {
      action: 'user.created',
      actorType: 'system',
      actorId: null,
      subjectId: id,
      details: '{"role":"admin"}',
    },
    { action: 'user.password-changed', actorType: 'system', subjectId: id, details: '{}' },
  ])
  t.equal(entries.length, 2)
})
