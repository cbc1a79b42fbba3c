import t from 'tap'
import { pruneLog } from '../../src/stream/prune-log.js'
import { engineDb } from '../helpers/engine-db.js'
import { appendMany } from '../helpers/log-events.js'

const { signal } = new AbortController()
const ALL = Number.MAX_SAFE_INTEGER

t.test('events before a time are deleted, younger ones are kept', async (t) => {
  const { db, eventLog } = await engineDb(t)
  await appendMany(db, eventLog, 3, 1_000)
  await appendMany(db, eventLog, 2, 2_000)
  t.equal(await pruneLog(db, { before: 1_000, upTo: ALL, signal }), 0, 'events of that very time are kept')
  t.equal(await pruneLog(db, { before: 2_000, upTo: ALL, signal }), 3)
  t.equal(await eventLog.oldest(), 4)
  t.equal(await pruneLog(db, { before: 2_001, upTo: ALL, signal }), 2)
  t.equal(await eventLog.oldest(), undefined)
  t.equal(await pruneLog(db, { before: 2_001, upTo: ALL, signal }), 0)
})

t.test('events that are still needed are kept, however old', async (t) => {
  const { db, eventLog } = await engineDb(t)
  await appendMany(db, eventLog, 5, 1_000)
  t.equal(await pruneLog(db, { before: 9_000, upTo: 3, signal }), 3)
  t.equal(await eventLog.oldest(), 4)
})

t.test('only a contiguous beginning of the log is deleted, whatever the clock says', async (t) => {
  const { db, eventLog } = await engineDb(t)
  for (const at of [1_000, 5_000, 2_000, 6_000]) await appendMany(db, eventLog, 1, at)
  t.equal(await pruneLog(db, { before: 3_000, upTo: ALL, signal }), 3)
  t.equal(await eventLog.oldest(), 4)
})

t.test('pruning works in steps, and stops between two of them when aborted', async (t) => {
  const { db, eventLog } = await engineDb(t)
  await appendMany(db, eventLog, 1_200, 1_000)
  t.equal(await pruneLog(db, { before: 9_000, upTo: ALL, signal: AbortSignal.abort() }), 0)
  const end = new AbortController()
  let writes = 0
  const stopping = {
    ...db,
    write: (async (work) => {
      writes++
      const outcome = await db.write(work)
      if (writes === 2) end.abort()
      return outcome
    }) as typeof db.write,
  }
  t.equal(await pruneLog(stopping, { before: 9_000, upTo: ALL, signal: end.signal }), 1_000)
  t.equal(await pruneLog(db, { before: 9_000, upTo: ALL, signal }), 200)
})
