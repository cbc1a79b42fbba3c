import t from 'tap'
import { createFloodLimit, type Suppressed } from '../../src/security-log/flood-limit.js'
import { PATIENCE_MS } from '../helpers/patience.js'

t.test(
  'a flood from one client leaves room for lines of others, and omitted lines are counted',
  async (t) => {
    const told: Suppressed<string>[] = []
    const limit = createFloodLimit<string>({
      windowMs: 60_000,
      perClient: 3,
      inAll: 5,
      onSuppressed: (leftOut) => told.push(leftOut),
    })
    const written = (kind: string, client: string, times: number) =>
      Array.from({ length: times }, () => limit.allows(kind, client)).filter(Boolean).length
    t.equal(written('fail', 'loud', 100), 3)
    t.equal(written('fail', 'quiet', 1), 1)
    t.equal(written('fail', 'another', 5), 1, 'and no more than the total limit')
    t.equal(written('fail', 'late', 1), 0)
    t.equal(written('lock', 'loud', 2), 2, 'of another kind')
    limit.flush()
    t.same(told, [{ kind: 'fail', count: 102 }])
    t.equal(written('fail', 'loud', 1), 1, 'a new window')
    limit.flush()
    t.equal(told.length, 1)
  },
)

t.test('a window ends on its own', async (t) => {
  const told = await new Promise((resolve) => {
    const limit = createFloodLimit<string>({ windowMs: 10, perClient: 1, inAll: 1, onSuppressed: resolve })
    for (let i = 0; i < 4; i++) limit.allows('fail', 'loud')
    const waiting = setTimeout(() => resolve(undefined), PATIENCE_MS) // the limit's own timer is unreferenced
    t.teardown(() => clearTimeout(waiting))
  })
  t.same(told, { kind: 'fail', count: 3 })
})
