import t from 'tap'
import { loadRevokedSessions } from '../../../src/accounts/sessions/revoked-sessions.js'
import { createSessions } from '../../../src/accounts/sessions/sessions.js'
import { watchRevocations } from '../../../src/accounts/sessions/watch-revocations.js'
import { onFile } from '../../helpers/database.js'
import { client, setup } from '../../helpers/session-engine.js'

t.test('revoked sessions are still known after a restart', async (t) => {
  const { db, user, sessions } = await setup(t)
  const { sessionId } = await sessions.open(user, client)
  const kept = await sessions.open(user, client)
  await sessions.end(sessionId, user.id)
  const reloaded = await loadRevokedSessions(db)
  t.equal(reloaded.has(sessionId), true)
  t.equal(reloaded.has(kept.sessionId), false)
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
