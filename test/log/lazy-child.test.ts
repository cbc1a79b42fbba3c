import type { FastifyBaseLogger } from 'fastify'
import { pino } from 'pino'
import t from 'tap'
import { createLazyChild } from '../../src/log/lazy-child.js'

/** A logger that keeps its lines, and counts its children. */
function logger() {
  const lines: Record<string, unknown>[] = []
  let children = 0
  const onChild = () => {
    children++
  }
  const write = (line: string) => void lines.push(JSON.parse(line))
  const base: FastifyBaseLogger = pino({ level: 'trace', onChild }, { write })
  return { base, lines, children: () => children }
}

t.test('a child is made when it is first used, and once', async (t) => {
  const { base, lines, children } = logger()
  const lazy = createLazyChild(base, { reqId: 'a' }, {})
  t.equal(children(), 0)
  lazy.warn({ b: 1 }, 'first')
  lazy.info('second')
  t.equal(children(), 1)
  t.match(lines, [
    { level: 40, reqId: 'a', b: 1, msg: 'first' },
    { level: 30, reqId: 'a', msg: 'second' },
  ])
})

t.test('it does what pino does', async (t) => {
  const { base, lines } = logger()
  const lazy = createLazyChild(base, { reqId: 'a' }, { level: 'warn' })
  t.equal(lazy.level, 'warn')
  for (const name of ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const) lazy[name](name)
  t.same(
    lines.map(({ msg }) => msg),
    ['fatal', 'error', 'warn'],
  )
  lazy.level = 'debug'
  lazy.child({ part: 'b' }).debug('deeper')
  t.match(lines.at(-1), { reqId: 'a', part: 'b', msg: 'deeper' })
})
