import { createHash } from 'node:crypto'
import t from 'tap'
import { hashOfToken, rotateToken } from '../../../src/accounts/sessions/refresh-tokens.js'
import { signIn } from '../../helpers/app.js'
import { client, setup } from '../../helpers/session-engine.js'

const DAY = 24 * 60 * 60 * 1000
const refused = { code: 'invalid-refresh-token', statusCode: 401 }

t.test('a refresh token is 256 random bits, of which the database stores only the SHA-256', async (t) => {
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

t.test('concurrent refreshes with one token return one successor, and store one row', async (t) => {
  const { db, user, sessions, ended } = await setup(t)
  const { refreshToken } = await sessions.open(user, client)
  const all = await Promise.all(Array.from({ length: 10 }, () => sessions.refresh(refreshToken, client)))
  t.equal(new Set(all.map((each) => each.refreshToken)).size, 1)
  t.equal(await db.read.refreshToken.count(), 2)
  t.same(ended, [])
})

t.test('two nodes that rotate the same token return the same successor', async (t) => {
  const { db, user, sessions } = await setup(t)
  const { refreshToken } = await sessions.open(user, client)
  const stale = await db.read.refreshToken.findUniqueOrThrow({ where: { hash: hashOfToken(refreshToken) } })
  const { refreshToken: successor } = await sessions.refresh(refreshToken, client)
  const again = await db.write((tx) => rotateToken(tx, refreshToken, stale, new Date()))
  t.equal(again, successor)
})

t.test(
  'the previous token returns its successor again for ten seconds; after that it counts as stolen',
  async (t) => {
    const { user, clock, sessions, revoked, ended } = await setup(t)
    const { refreshToken, sessionId } = await sessions.open(user, client)
    const { refreshToken: successor } = await sessions.refresh(refreshToken, client)
    clock.now += 10_000
    t.equal((await sessions.refresh(refreshToken, client)).refreshToken, successor)
    clock.now += 1
    await t.rejects(sessions.refresh(refreshToken, client), refused)
    await t.rejects(sessions.refresh(successor, client), refused, 'the whole family is revoked')
    t.same(ended, [sessionId])
    t.equal(revoked.has(sessionId), true)
    t.same(await sessions.list(user.id), [])
  },
)

t.test('a token whose successor has been used counts as stolen at once', async (t) => {
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
  let { refreshToken } = await sessions.open(user, client)
  const end = clock.now + 30 * DAY
  for (let day = 0; day < 29; day++) {
    clock.now += DAY
    const next = await sessions.refresh(refreshToken, client)
    t.equal(next.expiresAt.getTime(), Math.min(end, clock.now + 14 * DAY))
    refreshToken = next.refreshToken
  }
  clock.now += DAY
  await t.rejects(sessions.refresh(refreshToken, client), refused)
  t.same(await sessions.list(user.id), [])
  t.same(ended, [], 'an expired session is not a revoked one')
})

t.test('a session ends after 14 days, or the time that is set, without a refresh', async (t) => {
  for (const idleMs of [undefined, 2 * DAY]) {
    const { user, clock, sessions, ended } = await setup(t, { idleMs })
    const idle = idleMs ?? 14 * DAY
    const used = await sessions.open(user, client)
    t.equal(used.expiresAt.getTime(), clock.now + idle)
    const unused = await sessions.open(user, client)
    clock.now += idle - 1
    const next = await sessions.refresh(used.refreshToken, client)
    t.same((await sessions.list(user.id)).length, 2)
    clock.now += 1
    await t.rejects(sessions.refresh(unused.refreshToken, client), refused)
    t.match(await sessions.list(user.id), [{ id: used.sessionId }])
    t.equal(await sessions.end(unused.sessionId, user.id), false)
    t.same(ended, [], 'an idle session is not a revoked one')
    await t.resolves(sessions.refresh(next.refreshToken, client))
  }
})

t.test('an unknown or ended token is refused, and a refusal changes nothing', async (t) => {
  const { db, user, sessions } = await setup(t)
  const { refreshToken, sessionId } = await sessions.open(user, client)
  for (const token of ['', 'x', 'x'.repeat(10_000), refreshToken.toUpperCase(), hashOfToken(refreshToken)])
    await t.rejects(sessions.refresh(token, client), refused)
  t.equal(await db.read.refreshToken.count(), 1)
  t.equal(await sessions.end(sessionId, user.id), true)
  await t.rejects(sessions.refresh(refreshToken, client), refused)
})

t.test('a refresh reads the current role and records when and where it was used', async (t) => {
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
    'a used token still identifies its session',
  )
  t.same(ended, [one.sessionId, two.sessionId])
})
