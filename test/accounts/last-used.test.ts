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
  await lastUsed.stop()
  t.equal(written.length, 2)
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
