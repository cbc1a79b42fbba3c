import t from 'tap'
import { createLastUsed } from '../../src/accounts/last-used.js'

t.test('uses are written together, each row once a minute at most', async (t) => {
  const written: string[][] = []
  const lastUsed = createLastUsed({
    write: async (ids) => void written.push(ids),
    onError: () => t.fail('no write fails'),
  })
  lastUsed.note('b')
  lastUsed.note('a')
  lastUsed.note('b')
  t.same(written, [], 'not at once')
  await lastUsed.flush()
  t.same(written, [['a', 'b']])
  lastUsed.note('a')
  lastUsed.note('c')
  await lastUsed.flush()
  t.same(written, [['a', 'b'], ['c']])
  lastUsed.note('d')
  await lastUsed.stop()
  t.same(written.slice(2), [['d']], 'at last, what was used since')
})

t.test('a write that fails loses its uses, and breaks nothing', async (t) => {
  let failures = 0
  const lastUsed = createLastUsed({
    write: () => Promise.reject(new Error('the database is away')),
    onError: () => failures++,
  })
  lastUsed.note('a')
  await lastUsed.flush()
  await lastUsed.stop()
  t.equal(failures, 1)
})

t.test('a row in use is written again after a minute, in steps of 500 rows', async (t) => {
  const written: string[][] = []
  const clock = { now: 1_000 }
  const lastUsed = createLastUsed({
    write: async (ids) => void written.push(ids),
    onError: () => t.fail('no write fails'),
    steadyClock: () => clock.now,
  })
  t.teardown(() => lastUsed.stop())
  const use = async (...ids: string[]) => {
    for (const id of ids) lastUsed.note(id)
    await lastUsed.flush()
    return written.splice(0)
  }
  t.same(await use('a'), [['a']])
  clock.now += 30_000
  t.same(await use('a', 'b'), [['b']], 'a waits')
  clock.now += 29_999
  t.same(await use(), [])
  clock.now += 1
  t.same(await use(), [['a']], 'its use was not forgotten')
  t.same(await use('b'), [], 'b waits')
  clock.now += 30_000
  t.same(await use(), [['b']])
  const many = Array.from({ length: 501 }, (_, i) => String(i).padStart(3, '0'))
  t.same(
    (await use(...many)).map((ids) => ids.length),
    [500, 1],
  )
})
