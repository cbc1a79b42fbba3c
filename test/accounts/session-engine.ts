import type { Test } from 'tap'
import { loadRevokedSessions } from '../../src/accounts/revoked-sessions.js'
import { createSessions } from '../../src/accounts/sessions.js'
import { build, signIn } from '../helper.js'

export const client = { ip: '203.0.113.7', userAgent: 'a browser' }

/** Sessions on a fresh database, under a clock that the test turns. */
export async function setup(t: Test) {
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
