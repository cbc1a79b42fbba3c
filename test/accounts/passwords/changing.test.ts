import t, { type Test } from 'tap'
import { createAccounts } from '../../../src/accounts/accounts.js'
import { createLockout } from '../../../src/accounts/lockout/lockout.js'
import { createPasswords, type Passwords } from '../../../src/accounts/passwords/hashing.js'
import { buildEmpty } from '../../helpers/app.js'

const client = { ip: '203.0.113.7', userAgent: undefined }
const ada = { name: 'Ada', email: 'ada@shop.test', password: 'correct horse' }
const next = { ...ada, password: 'another horse' }

/** Signs Ada in, with accounts running an action after the next check or hash of a password. */
async function setup(t: Test) {
  const app = await buildEmpty(t, { production: true, jwtSecret: 'x'.repeat(32) })
  const { db, eventLog } = app
  const { sessions } = app.accounts
  const passwords = createPasswords({ cost: 4, maxWaiting: 100 })
  t.teardown(() => passwords.close())
  const actions: { verify?: () => Promise<unknown>; hash?: () => Promise<unknown> } = {}
  const act = async (when: 'verify' | 'hash') => {
    const action = actions[when]
    delete actions[when]
    await action?.()
  }
  const slow: Passwords = {
    ...passwords,
    verify: async (...args) => {
      const right = await passwords.verify(...args)
      await act('verify')
      return right
    },
    hash: async (...args) => {
      const hash = await passwords.hash(...args)
      await act('hash')
      return hash
    },
  }
  const quick = createAccounts({ db, eventLog, passwords, sessions, lockout: createLockout() })
  const accounts = createAccounts({
    db,
    eventLog,
    passwords: slow,
    sessions,
    lockout: createLockout(),
    shopName: 'Bramble Lamps',
  })
  await quick.register(ada)
  const { user, sessionId } = await quick.signIn(ada, client)
  const change = { userId: user.id, sessionId, currentPassword: ada.password, newPassword: next.password }
  const liveIds = async () => (await sessions.list(user.id)).map(({ id }) => id)
  return { db, eventLog, accounts, quick, passwords, sessions, user, sessionId, change, actions, liveIds }
}

t.test('a changed password ends every session but its own', async (t) => {
  const { quick, sessions, sessionId, change, liveIds, user, db } = await setup(t)
  const others = await Promise.all([quick.signIn(ada, client), quick.signIn(ada, client)])
  const ended: string[] = []
  sessions.events.on('ended', (id, _userId, reason) => ended.push(`${id} ${reason}`))
  await quick.changePassword(change, client)
  t.same(await liveIds(), [sessionId])
  t.same(ended.toSorted(), others.map((other) => `${other.sessionId} account-changed`).toSorted())
  t.equal(await db.read.refreshToken.count(), 1)
  for (const { refreshToken } of others)
    await t.rejects(sessions.refresh(refreshToken, client), { code: 'invalid-refresh-token' })
  await t.rejects(quick.signIn(ada, client), { code: 'invalid-credentials' })
  await t.resolves(quick.signIn(next, client))
  const row = await db.read.user.findUniqueOrThrow({ where: { id: user.id } })
  t.ok(row.updatedAt.toISOString() > user.updatedAt)
})

t.test('a wrong current password is a guess, and changes nothing', async (t) => {
  const { quick, change, liveIds } = await setup(t)
  await quick.signIn(ada, client)
  const wrong = { ...change, currentPassword: 'incorrect horse' }
  for (let i = 0; i < 5; i++)
    await t.rejects(quick.changePassword(wrong, client), { code: 'invalid-credentials', statusCode: 401 })
  await t.rejects(quick.changePassword(change, client), { code: 'account-locked', statusCode: 429 })
  await t.rejects(quick.signIn(ada, client), { code: 'account-locked' })
  t.equal((await liveIds()).length, 2)
})

t.test("a new password of the user's or the shop's words is refused before any guess", async (t) => {
  const { accounts, change } = await setup(t)
  for (const newPassword of ['ada@shop.test', 'Bramble-Lamps-1'])
    for (let i = 0; i < 6; i++)
      await t.rejects(accounts.changePassword({ ...change, currentPassword: 'x', newPassword }, client), {
        code: 'invalid-request',
        extra: { errors: [{ path: 'newPassword' }] },
      })
  await t.resolves(accounts.changePassword(change, client))
})

t.test('a sign-in with a password that is changed meanwhile creates no session', async (t) => {
  const { accounts, quick, change, sessionId, actions, liveIds } = await setup(t)
  actions.verify = () => quick.changePassword(change, client)
  await t.rejects(accounts.signIn(ada, client), { code: 'invalid-credentials' })
  t.same(await liveIds(), [sessionId])
})

t.test('a session that opens while the password is changed ends with the others', async (t) => {
  const { accounts, quick, change, sessionId, actions, liveIds } = await setup(t)
  actions.hash = () => quick.signIn(ada, client)
  await accounts.changePassword(change, client)
  t.same(await liveIds(), [sessionId])
})

t.test('of two concurrent changes one succeeds, and the other has the wrong current password', async (t) => {
  const { accounts, quick, change, sessionId, actions, liveIds } = await setup(t)
  actions.hash = () => quick.changePassword(change, client)
  const late = { ...change, newPassword: 'a horse too late' }
  await t.rejects(accounts.changePassword(late, client), { code: 'invalid-credentials' })
  t.same(await liveIds(), [sessionId])
  await t.resolves(quick.signIn(next, client))
})

t.test('concurrent changes and sign-ins leave one password, and no session of another', async (t) => {
  const { quick, change, sessions, user } = await setup(t)
  const words = ['first', 'second', 'third']
  const outcomes = await Promise.allSettled([
    ...words.map((word) => quick.changePassword({ ...change, newPassword: `${word} horse` }, client)),
    ...words.map(() => quick.signIn(ada, client)),
  ])
  const changed = outcomes.slice(0, 3).filter(({ status }) => status === 'fulfilled').length
  t.equal(changed, 1)
  t.equal((await sessions.list(user.id)).length, 1)
})

t.test('a session that ends meanwhile changes no password', async (t) => {
  const { accounts, quick, sessions, change, user, sessionId, actions, liveIds } = await setup(t)
  actions.hash = () => sessions.end(sessionId, user.id)
  const other = await quick.signIn(ada, client)
  await t.rejects(accounts.changePassword(change, client), { code: 'unauthenticated', statusCode: 401 })
  t.same(await liveIds(), [other.sessionId])
  await t.resolves(quick.signIn(ada, client))
})

t.test('a user who is deleted meanwhile changes no password', async (t) => {
  const { db, accounts, change, actions } = await setup(t)
  actions.hash = () =>
    db.write(async (tx) => {
      await tx.session.deleteMany()
      await tx.user.deleteMany()
    })
  await t.rejects(accounts.changePassword(change, client), { code: 'unauthenticated' })
  await t.rejects(accounts.changePassword(change, client), { code: 'unauthenticated' })
})

t.test('a password whose hash is renewed meanwhile is changed', async (t) => {
  const { db, accounts, quick, passwords, change, actions } = await setup(t)
  actions.hash = async () => {
    const password = await passwords.hash(ada.password)
    await db.write((tx) => tx.user.updateMany({ data: { password } }))
  }
  await accounts.changePassword(change, client)
  await t.resolves(quick.signIn(next, client))
})

t.test('a change that was committed, but whose response was lost, succeeds', async (t) => {
  const { db, eventLog, sessions, passwords, quick, change, sessionId, liveIds } = await setup(t)
  await quick.signIn(ada, client)
  const losing = {
    ...sessions,
    endAll: async (...[id, make, keep]: Parameters<typeof sessions.endAll>) => {
      await sessions.endAll(id, make, keep)
      return sessions.endAll(id, make && ((tx) => make(tx, true)), keep)
    },
  }
  const accounts = createAccounts({ db, eventLog, passwords, sessions: losing, lockout: createLockout() })
  await accounts.changePassword(change, client)
  t.same(await liveIds(), [sessionId])
  await t.resolves(quick.signIn(next, client))
})
