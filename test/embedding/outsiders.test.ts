import t, { type Test } from 'tap'
import type { Config } from '../../src/config.js'
import { createOutsiders } from '../../src/embedding/outsiders.js'
import { build } from '../helpers/app.js'

const ada = { email: 'ada@host.test', name: 'Ada' }

async function setUp(t: Test, changes: Partial<Config> = {}) {
  const app = await build(t, changes)
  const tokenOf = createOutsiders(app)
  return async (role: 'customer' | 'staff') => app.auth.tokens.verify((await tokenOf({ ...ada, role })) ?? '')
}

t.test('a person has one session, whose tokens last fifteen minutes', async (t) => {
  const identityOf = await setUp(t)
  const [first, second] = [await identityOf('customer'), await identityOf('staff')]
  t.equal(second.sid, first.sid)
  t.equal(second.role, 'staff')
  const left = second.exp - Date.now() / 1000
  t.ok(left > 800 && left <= 900, `${left} seconds`)
})

t.test('a token ends with its session, and a session about to end is followed by another', async (t) => {
  const identityOf = await setUp(t, { sessionIdleMs: 10 * 60_000 })
  const [first, second] = [await identityOf('customer'), await identityOf('staff')]
  t.not(second.sid, first.sid)
  for (const { exp } of [first, second]) t.ok(exp - Date.now() / 1000 <= 600)
})
