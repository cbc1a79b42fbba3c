import type { Test } from 'tap'
import { loadRevokedSessions } from '../../src/accounts/sessions/revoked-sessions.js'
import { createSessions } from '../../src/accounts/sessions/sessions.js'
import { build, signIn } from './app.js'

export const client = { ip: '203.0.113.7', userAgent: 'a browser' }

/** Creates sessions on a fresh database with a clock controlled by the test. */
export async function setup(t: Test, { idleMs }: { idleMs?: number | undefined } = {}) {
  const app = await build(t)
  const { id } = await signIn(app)
  const user = await app.db.read.user.findUniqueOrThrow({ where: { id } })
  await app.db.write((tx) => tx.session.deleteMany())
  const clock = { now: Date.now() }
  const revoked = await loadRevokedSessions(app.db)
  const engine = createSessions({
    db: app.db,
    revoked,
    now: () => clock.now,
    ...(idleMs !== undefined && { idleMs }),
  })
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
