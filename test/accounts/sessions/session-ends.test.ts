import t from 'tap'
import { ensureAdmin } from '../../../src/accounts/first-admin.js'
import { createPasswords } from '../../../src/accounts/passwords/hashing.js'
import { pruneSessions } from '../../../src/accounts/sessions/prune-sessions.js'
import { loadRevokedSessions } from '../../../src/accounts/sessions/revoked-sessions.js'
import { createSessions } from '../../../src/accounts/sessions/sessions.js'
import { newId } from '../../../src/ids.js'
import { signIn } from '../../helpers/app.js'
import { onFile } from '../../helpers/database.js'
import { client, setup } from '../../helpers/session-engine.js'

const DAY = 24 * 60 * 60 * 1000
const refused = { code: 'invalid-refresh-token', statusCode: 401 }

t.test('all sessions of a user end together, and those of others do not', async (t) => {
  const { app, user, sessions, revoked, ended } = await setup(t)
  const stranger = await signIn(app)
  const mine = [await sessions.open(user, client), await sessions.open(user, client)]
  await sessions.endAll(user.id)
  t.same(new Set(ended), new Set(mine.map(({ sessionId }) => sessionId)))
  t.ok(mine.every(({ sessionId }) => revoked.has(sessionId)))
  t.equal((await sessions.list(stranger.id)).length, 1)
})

t.test('ended sessions are deleted with their tokens, live ones are kept', async (t) => {
  const { db, user, clock, sessions } = await setup(t)
  const old = await sessions.open(user, client)
  await sessions.refresh(old.refreshToken, client)
  clock.now += DAY
  const live = await sessions.open(user, client)
  clock.now += 29 * DAY
  const { signal } = new AbortController()
  await pruneSessions(db, clock.now, signal)
  t.equal(await db.read.session.count(), 2, 'an access token may still be valid for 15 minutes')
  clock.now += 15 * 60_000 + 1
  await pruneSessions(db, clock.now, AbortSignal.abort())
  t.equal(await db.read.session.count(), 2, 'nothing is started while closing')
  await pruneSessions(db, clock.now, signal)
  const left = await db.read.session.findMany({ include: { tokens: true } })
  t.same(
    left.map(({ id, tokens }) => [id, tokens.length]),
    [[live.sessionId, 1]],
  )
  t.equal(await db.read.refreshToken.count(), 1)
})

t.test('a session that ends is deleted with its refresh tokens', async (t) => {
  const { db, user, sessions } = await setup(t)
  const opened = [await sessions.open(user, client), await sessions.open(user, client)]
  for (const { refreshToken } of opened) await sessions.refresh(refreshToken, client)
  t.equal(await db.read.refreshToken.count(), 4)
  await sessions.end(opened[0]?.sessionId ?? '', user.id)
  t.equal(await db.read.refreshToken.count(), 2, 'of the session that is still live')
  await sessions.endAll(user.id)
  t.equal(await db.read.refreshToken.count(), 0)
  t.equal(await db.read.session.count(), 2, 'an ended session is known until its access tokens have expired')
})

t.test('a user has a hundred live sessions at most: the least recently used ends first', async (t) => {
  const { app, db, user, clock, sessions, ended, revoked } = await setup(t)
  const stranger = await signIn(app)
  const first = await sessions.open(user, client)
  const idle = await sessions.open(user, client)
  await db.write(async (tx) => {
    const at = new Date((clock.now += 1_000))
    const row = { userId: user.id, createdAt: at, lastUsedAt: at, expiresAt: new Date(at.getTime() + DAY) }
    await tx.session.createMany({ data: Array.from({ length: 98 }, () => ({ id: newId(), ...row })) })
  })
  clock.now += 1_000
  await sessions.refresh(first.refreshToken, client)
  t.same(ended, [])
  await sessions.open(user, client)
  t.same(ended, [idle.sessionId], 'the one that was never used')
  t.equal(revoked.has(idle.sessionId), true)
  t.equal((await sessions.list(user.id)).length, 100)
  t.equal((await sessions.list(stranger.id)).length, 1, 'not those of other users')
})

t.test('a session ends after ten thousand refreshes', async (t) => {
  const { db, user, sessions, ended } = await setup(t)
  const { refreshToken, sessionId } = await sessions.open(user, client)
  const after = (refreshes: number) =>
    db.write((tx) => tx.session.update({ where: { id: sessionId }, data: { refreshes } }))
  await after(9_999)
  const next = await sessions.refresh(refreshToken, client)
  t.equal((await db.read.session.findUnique({ where: { id: sessionId } }))?.refreshes, 10_000)
  await t.rejects(sessions.refresh(next.refreshToken, client), refused)
  t.same(ended, [sessionId])
  t.equal(await db.read.refreshToken.count(), 0)
})

t.test('a refresh during which its session ends issues no token', { skip: onFile }, async (t) => {
  const { app, db, user } = await setup(t)
  const passwords = createPasswords({ cost: 4, maxWaiting: 10 })
  t.teardown(() => passwords.close())
  const others = createSessions({ db, revoked: await loadRevokedSessions(db) })
  let meanwhile = async () => {}
  // Runs `meanwhile` between the transaction's read of the token and its writes.
  const halfway: typeof db = {
    ...db,
    dialect: {
      ...db.dialect,
      async holdUser(tx, id) {
        await meanwhile()
        return db.dialect.holdUser(tx, id)
      },
    },
  }
  const sessions = createSessions({ db: halfway, revoked: await loadRevokedSessions(db) })
  const opened = await sessions.open(user, client)
  meanwhile = async () => {
    await others.end(opened?.sessionId ?? '', user.id)
  }
  await t.rejects(sessions.refresh(opened?.refreshToken ?? '', client), refused)

  meanwhile = async () => {}
  const again = await sessions.open(user, client)
  meanwhile = async () => {
    meanwhile = async () => {}
    await db.write((tx) => tx.user.update({ where: { id: user.id }, data: { role: 'admin' } }))
  }
  const refreshed = await sessions.refresh(again?.refreshToken ?? '', client)
  t.equal(refreshed.user.role, 'admin', 'the role is read after the lock that delays its change')

  const late = await sessions.open(user, client)
  meanwhile = async () => {
    meanwhile = async () => {}
    await ensureAdmin(
      { db, eventLog: app.eventLog, passwords, sessions: others },
      { email: user.email, password: 'another horse' },
    )
  }
  await t.rejects(sessions.refresh(late?.refreshToken ?? '', client), refused)
})
