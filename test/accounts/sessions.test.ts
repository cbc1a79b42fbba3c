import { createHash } from 'node:crypto'
import t, { type Test } from 'tap'
import { ensureAdmin } from '../../src/accounts/first-admin.js'
import { createPasswords } from '../../src/accounts/passwords.js'
import { pruneSessions } from '../../src/accounts/prune-sessions.js'
import { hashOfToken, rotateToken } from '../../src/accounts/refresh-tokens.js'
import { loadRevokedSessions } from '../../src/accounts/revoked-sessions.js'
import { createSessions } from '../../src/accounts/sessions.js'
import { watchRevocations } from '../../src/accounts/watch-revocations.js'
import { newId } from '../../src/ids.js'
import { onFile } from '../database.js'
import { build, signIn } from '../helper.js'

const DAY = 24 * 60 * 60 * 1000
const client = { ip: '203.0.113.7', userAgent: 'a browser' }
const refused = { code: 'invalid-refresh-token', statusCode: 401 }

/** Sessions on a fresh database, under a clock that the test turns. */
async function setup(t: Test) {
  const app = await build(t)
  const { id } = await signIn(app)
  const user = await app.db.read.user.findUniqueOrThrow({ where: { id } })
  await app.db.write((tx) => tx.session.deleteMany())
  const clock = { now: Date.now() }
  const revoked = await loadRevokedSessions(app.db)
  const engine = createSessions({ db: app.db, revoked, now: () => clock.now })
  const sessions = {
    ...engine,
    async open(...args: Parameters<typeof engine.open>) {
      const opened = await engine.open(...args)
      if (!opened) throw new Error('the user has changed')
      return opened
    },
  }
  const ended: string[] = []
  sessions.events.on('revoked', (sessionId, userId) => {
    t.equal(userId, user.id)
    ended.push(sessionId)
  })
  return { app, db: app.db, user, clock, revoked, sessions, ended }
}

t.test('a refresh token is 256 random bits, of which the database keeps the SHA-256 alone', async (t) => {
  const { db, user, sessions } = await setup(t)
  const { refreshToken, sessionId } = await sessions.open(user, client)
  t.equal(Buffer.from(refreshToken, 'base64url').length, 32)
  const next = await sessions.refresh(refreshToken, client)
  t.equal(Buffer.from(next.refreshToken, 'base64url').length, 32)
  t.not(next.refreshToken, refreshToken)
  t.equal(next.sessionId, sessionId)

  const rows = await db.read.refreshToken.findMany({ orderBy: { createdAt: 'asc' } })
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
  t.same(rows.map((row) => row.hash).sort(), [refreshToken, next.refreshToken].map(sha256).sort())
  const kept = JSON.stringify(rows)
  for (const token of [refreshToken, next.refreshToken]) t.notOk(kept.includes(token))
})

t.test('refreshes at once with one token give one successor, and one row', async (t) => {
  const { db, user, sessions, ended } = await setup(t)
  const { refreshToken } = await sessions.open(user, client)
  const all = await Promise.all(Array.from({ length: 10 }, () => sessions.refresh(refreshToken, client)))
  t.equal(new Set(all.map((each) => each.refreshToken)).size, 1)
  t.equal(await db.read.refreshToken.count(), 2)
  t.same(ended, [])
})

t.test('whoever rotates a token that another node just rotated gets the same successor', async (t) => {
  const { db, user, sessions } = await setup(t)
  const { refreshToken } = await sessions.open(user, client)
  const stale = await db.read.refreshToken.findUniqueOrThrow({ where: { hash: hashOfToken(refreshToken) } })
  const { refreshToken: successor } = await sessions.refresh(refreshToken, client)
  const again = await db.write((tx) => rotateToken(tx, refreshToken, stale, new Date()))
  t.equal(again, successor)
})

t.test('the previous token gives its successor again for ten seconds, then it is theft', async (t) => {
  const { user, clock, sessions, revoked, ended } = await setup(t)
  const { refreshToken, sessionId } = await sessions.open(user, client)
  const { refreshToken: successor } = await sessions.refresh(refreshToken, client)
  clock.now += 10_000
  t.equal((await sessions.refresh(refreshToken, client)).refreshToken, successor)
  clock.now += 1
  await t.rejects(sessions.refresh(refreshToken, client), refused)
  await t.rejects(sessions.refresh(successor, client), refused, 'the whole family is dead')
  t.same(ended, [sessionId])
  t.equal(revoked.has(sessionId), true)
  t.same(await sessions.list(user.id), [])
})

t.test('a token whose successor is used is theft at once', async (t) => {
  const { user, sessions, ended } = await setup(t)
  const first = await sessions.open(user, client)
  const other = await sessions.open(user, client)
  const second = await sessions.refresh(first.refreshToken, client)
  const third = await sessions.refresh(second.refreshToken, client)
  await t.rejects(sessions.refresh(first.refreshToken, client), refused)
  await t.rejects(sessions.refresh(third.refreshToken, client), refused)
  t.same(ended, [first.sessionId])
  await t.resolves(sessions.refresh(other.refreshToken, client), 'another sign-in is another family')
})

t.test('a session lasts 30 days from its sign-in, however often it is refreshed', async (t) => {
  const { user, clock, sessions, ended } = await setup(t)
  let { refreshToken, expiresAt } = await sessions.open(user, client)
  t.equal(expiresAt.getTime(), clock.now + 30 * DAY)
  for (let day = 0; day < 29; day++) {
    clock.now += DAY
    const next = await sessions.refresh(refreshToken, client)
    t.same(next.expiresAt, expiresAt)
    refreshToken = next.refreshToken
  }
  clock.now += DAY
  await t.rejects(sessions.refresh(refreshToken, client), refused)
  t.same(await sessions.list(user.id), [])
  t.same(ended, [], 'to expire is not to be revoked')
})

t.test('an unknown or ended token is refused, and a refused one changes nothing', async (t) => {
  const { db, user, sessions } = await setup(t)
  const { refreshToken, sessionId } = await sessions.open(user, client)
  for (const token of ['', 'x', 'x'.repeat(10_000), refreshToken.toUpperCase(), hashOfToken(refreshToken)])
    await t.rejects(sessions.refresh(token, client), refused)
  t.equal(await db.read.refreshToken.count(), 1)
  t.equal(await sessions.end(sessionId, user.id), true)
  await t.rejects(sessions.refresh(refreshToken, client), refused)
})

t.test('a refresh reads the role afresh and notes when and where it was used', async (t) => {
  const { db, user, clock, sessions } = await setup(t)
  const { refreshToken } = await sessions.open(user, { ip: '2001:db8::1', userAgent: undefined })
  await db.write((tx) => tx.user.update({ where: { id: user.id }, data: { role: 'admin' } }))
  clock.now += 1_000
  const next = await sessions.refresh(refreshToken, { ip: 'x'.repeat(100), userAgent: 'y'.repeat(1_000) })
  t.equal(next.user.role, 'admin')
  t.notOk('password' in next.user)
  const [session] = await sessions.list(user.id)
  t.equal(session?.lastUsedAt, new Date(clock.now).toISOString())
  t.equal(session?.createdAt, new Date(clock.now - 1_000).toISOString())
  t.equal(session?.userAgent, 'y'.repeat(256))
  t.equal(session?.ip, 'x'.repeat(45))
})

t.test('a session ends once, by its owner or by any token of its family', async (t) => {
  const { app, user, sessions, ended } = await setup(t)
  const stranger = await signIn(app)
  const one = await sessions.open(user, client)
  const two = await sessions.open(user, client)
  t.equal(await sessions.end(one.sessionId, stranger.id), false)
  t.equal(await sessions.end(one.sessionId, user.id), true)
  t.equal(await sessions.end(one.sessionId, user.id), false)

  await sessions.refresh(two.refreshToken, client)
  t.equal(await sessions.endByToken('unknown'), undefined)
  t.match(
    await sessions.endByToken(two.refreshToken),
    { sessionId: two.sessionId, userId: user.id },
    'a used token still knows its session',
  )
  t.same(ended, [one.sessionId, two.sessionId])
})

t.test('all sessions of a user end together, and nobody else', async (t) => {
  const { app, user, sessions, revoked, ended } = await setup(t)
  const stranger = await signIn(app)
  const mine = [await sessions.open(user, client), await sessions.open(user, client)]
  await sessions.endAll(user.id)
  t.same(new Set(ended), new Set(mine.map(({ sessionId }) => sessionId)))
  t.ok(mine.every(({ sessionId }) => revoked.has(sessionId)))
  t.equal((await sessions.list(stranger.id)).length, 1)
})

t.test('revoked sessions are known again after a restart', async (t) => {
  const { db, user, sessions } = await setup(t)
  const { sessionId } = await sessions.open(user, client)
  const kept = await sessions.open(user, client)
  await sessions.end(sessionId, user.id)
  const reloaded = await loadRevokedSessions(db)
  t.equal(reloaded.has(sessionId), true)
  t.equal(reloaded.has(kept.sessionId), false)
})

t.test('sessions that are over are deleted with their tokens, live ones stay', async (t) => {
  const { db, user, clock, sessions } = await setup(t)
  const old = await sessions.open(user, client)
  await sessions.refresh(old.refreshToken, client)
  clock.now += DAY
  const live = await sessions.open(user, client)
  clock.now += 29 * DAY
  const { signal } = new AbortController()
  await pruneSessions(db, clock.now, signal)
  t.equal(await db.read.session.count(), 2, 'an access token may be out for 15 minutes yet')
  clock.now += 15 * 60_000 + 1
  await pruneSessions(db, clock.now, AbortSignal.abort())
  t.equal(await db.read.session.count(), 2, 'nothing is begun while closing')
  await pruneSessions(db, clock.now, signal)
  const left = await db.read.session.findMany({ include: { tokens: true } })
  t.same(
    left.map(({ id, tokens }) => [id, tokens.length]),
    [[live.sessionId, 1]],
  )
  t.equal(await db.read.refreshToken.count(), 1)
})

t.test('a session that ends takes its refresh tokens with it', async (t) => {
  const { db, user, sessions } = await setup(t)
  const opened = [await sessions.open(user, client), await sessions.open(user, client)]
  for (const { refreshToken } of opened) await sessions.refresh(refreshToken, client)
  t.equal(await db.read.refreshToken.count(), 4)
  await sessions.end(opened[0]?.sessionId ?? '', user.id)
  t.equal(await db.read.refreshToken.count(), 2, 'of the session that goes on')
  await sessions.endAll(user.id)
  t.equal(await db.read.refreshToken.count(), 0)
  t.equal(await db.read.session.count(), 2, 'an ended session is known until its access tokens have expired')
})

t.test('a user has a hundred live sessions at most: the least recently used end', async (t) => {
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
  t.same(ended, [idle.sessionId], 'the one that was not used since it began')
  t.equal(revoked.has(idle.sessionId), true)
  t.equal((await sessions.list(user.id)).length, 100)
  t.equal((await sessions.list(stranger.id)).length, 1, 'nobody else’s')
})

t.test('a session that was refreshed ten thousand times ends', async (t) => {
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

t.test('a revocation is remembered while a token may live, whatever the clock is set to', async (t) => {
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
  wall -= 60 * MINUTE // now tokens that were signed before live for an hour longer
  pass(20 * MINUTE)
  revoked.add('late')
  t.equal(revoked.has('early'), true)
  wall += 600 * MINUTE // set wrong, and then right
  revoked.add('later')
  t.equal(revoked.has('late'), true, 'its token lives once the clock is right')
  wall -= 600 * MINUTE
  pass(60 * MINUTE)
  revoked.add('last')
  t.same(
    ['early', 'late', 'last'].map((id) => revoked.has(id)),
    [false, false, true],
  )
})

t.test('nodes whose clocks differ judge the overlap alike', { skip: onFile }, async (t) => {
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
})

t.test('a revocation at a node whose clock is wrong is seen by the others', { skip: onFile }, async (t) => {
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

t.test('a refresh meets the end of its session halfway and gives no token', { skip: onFile }, async (t) => {
  const { db, user } = await setup(t)
  const passwords = createPasswords({ cost: 4, maxWaiting: 10 })
  t.teardown(() => passwords.close())
  const others = createSessions({ db, revoked: await loadRevokedSessions(db) })
  let meanwhile = async () => {}
  // Runs `meanwhile` after the transaction has read the token and before it writes.
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
  t.equal(refreshed.user.role, 'admin', 'the role is read after whoever changes it must wait')

  const late = await sessions.open(user, client)
  meanwhile = async () => {
    meanwhile = async () => {}
    await ensureAdmin({ db, passwords, sessions: others }, { email: user.email, password: 'another horse' })
  }
  await t.rejects(sessions.refresh(late?.refreshToken ?? '', client), refused)
})

t.test('what ends while others are looked for is found by looking again', async (t) => {
  const ended: string[] = []
  const told: string[] = []
  const errors: unknown[] = []
  let looks = 0
  let letGo = () => {}
  const watch = watchRevocations({
    revoked: {
      add: () => {},
      has: () => false,
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
    onRevoked: (id) => told.push(id),
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
  t.equal(looks, 2, 'ten wakes meanwhile are one look more')
  watch.wake()
  await turns(() => errors.length > 0)
  ended.push('after a look that failed')
  watch.wake()
  await watch.stop()
  t.equal(told.at(-1), 'after a look that failed')
  t.match(errors, [{ message: 'the database is away' }])
  watch.wake()
  t.equal(looks, 4, 'and none once it is stopped')
})
