import t from 'tap'
import { ensureAdmin } from '../../../src/accounts/first-admin.js'
import { createPasswords } from '../../../src/accounts/passwords/hashing.js'
import { pruneSessions } from '../../../src/accounts/sessions/prune-sessions.js'
import { loadRevokedSessions } from '../../../src/accounts/sessions/revoked-sessions.js'
import { createSessions } from '../../../src/accounts/sessions/sessions.js'
import { watchRevocations } from '../../../src/accounts/sessions/watch-revocations.js'
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

t.test('revoked sessions are still known after a restart', async (t) => {
  const { db, user, sessions } = await setup(t)
  const { sessionId } = await sessions.open(user, client)
  const kept = await sessions.open(user, client)
  await sessions.end(sessionId, user.id)
  const reloaded = await loadRevokedSessions(db)
  t.equal(reloaded.has(sessionId), true)
  t.equal(reloaded.has(kept.sessionId), false)
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

t.test('a revocation is remembered for the lifetime of a token, whatever the wall clock says', async (t) => {
  const { db } = await setup(t)
  const MINUTE = 60_000
  let [wall, steady] = [Date.now(), 1_000]
  const revoked = await loadRevokedSessions(db, { wallClock: () => wall, steadyClock: () => steady })
  const pass = (ms: number) => {
    wall += ms
    steady += ms
  }
  revoked.add('early')
  pass(10 * MINUTE)
  wall -= 60 * MINUTE // tokens signed earlier now live an hour longer
  pass(20 * MINUTE)
  revoked.add('late')
  t.equal(revoked.has('early'), true)
  wall += 600 * MINUTE // clock set wrong, then corrected
  revoked.add('later')
  t.equal(revoked.has('late'), true, 'its token is valid once the clock is right')
  wall -= 600 * MINUTE
  pass(60 * MINUTE)
  revoked.add('last')
  t.same(
    ['early', 'late', 'last'].map((id) => revoked.has(id)),
    [false, false, true],
  )
})

t.test(
  'nodes whose clocks differ agree on the grace period of a refresh token',
  { skip: onFile },
  async (t) => {
    const { db, user } = await setup(t)
    const node = async () => createSessions({ db, revoked: await loadRevokedSessions(db) })
    const [a, b] = [await node(), await node()]
    const realNow = Date.now
    t.teardown(() => {
      Date.now = realNow
    })
    for (const skew of [60_000, -60_000, 86_400_000]) {
      const opened = await a.open(user, client)
      const first = await a.refresh(opened?.refreshToken ?? '', client)
      Date.now = () => realNow() + skew
      const second = await b.refresh(opened?.refreshToken ?? '', client)
      t.equal(second.refreshToken, first.refreshToken, `a clock that is ${skew} ms ahead`)
      t.equal(await b.end(second.sessionId, user.id), true)
      Date.now = realNow
      t.match(await a.list(user.id), [])
    }
  },
)

t.test('a revocation at a node with a wrong clock reaches the other nodes', { skip: onFile }, async (t) => {
  const { db, user } = await setup(t)
  const [here, there] = [await loadRevokedSessions(db), await loadRevokedSessions(db)]
  const sessions = createSessions({ db, revoked: here })
  const opened = await sessions.open(user, client)
  const realNow = Date.now
  t.teardown(() => {
    Date.now = realNow
  })
  Date.now = () => realNow() - 600_000
  await sessions.endAll(user.id)
  Date.now = realNow
  t.match(await there.look(), [{ id: opened?.sessionId, userId: user.id }])
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

t.test('a session that ends during a look for revocations is found by another look', async (t) => {
  const ended: string[] = []
  const told: string[] = []
  const errors: unknown[] = []
  let looks = 0
  let letGo = () => {}
  const watch = watchRevocations({
    revoked: {
      async look() {
        if (++looks === 3) throw new Error('the database is away')
        const found = ended.splice(0).map((id) => ({ id, userId: 'ada' }))
        if (looks === 1)
          await new Promise<void>((resolve) => {
            letGo = resolve
          })
        return found
      },
    },
    everyMs: 60_000,
    onRevoked: ({ id }) => told.push(id),
    onError: (error) => errors.push(error),
  })
  watch.wake()
  ended.push('too late for the first look')
  for (let i = 0; i < 10; i++) watch.wake()
  letGo()
  const turns = async (holds: () => boolean) => {
    while (!holds()) await new Promise((resolve) => setImmediate(resolve))
  }
  await turns(() => told.length > 0)
  t.same(told, ['too late for the first look'])
  t.equal(looks, 2, 'ten wakes during a look cause one more')
  watch.wake()
  await turns(() => errors.length > 0)
  ended.push('after a look that failed')
  watch.wake()
  await watch.stop()
  t.equal(told.at(-1), 'after a look that failed')
  t.match(errors, [{ message: 'the database is away' }])
  watch.wake()
  t.equal(looks, 4, 'no look once it is stopped')
})
