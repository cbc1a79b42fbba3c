import t from 'tap'
import { createLineLimit } from '../../src/log/line-limit.js'

t.test('lines of a kind and level are limited in each second, and the rest is counted', async (t) => {
  const suppressed: [level: string, kind: string, count: number][] = []
  let heard = () => {}
  const summary = () =>
    new Promise<void>((resolve) => {
      heard = resolve
    })
  const keepAlive = setInterval(() => {}, 1_000)
  t.teardown(() => clearInterval(keepAlive))
  const mayWrite = createLineLimit({
    perSecond: 2,
    onSuppressed(...line) {
      suppressed.push(line)
      heard()
    },
  })
  for (const _ of ['this second', 'the next']) {
    const ended = summary()
    t.same(
      Array.from({ length: 5 }, () => mayWrite('info', 'refused')),
      [true, true, false, false, false],
    )
    t.ok(mayWrite('warn', 'refused'), 'another level')
    t.same([mayWrite('info', 'closed'), mayWrite('info', 'closed')], [true, true], 'another kind')
    await ended
    t.same(suppressed.splice(0), [['info', 'refused', 3]])
  }
})
