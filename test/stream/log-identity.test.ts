import t from 'tap'
import { createLogIdentity, type LogPosition, newEpoch } from '../../src/stream/log-identity.js'
import { engineDb } from '../helpers/engine-db.js'

type Db = Awaited<ReturnType<typeof engineDb>>['db']

/** Puts the counter of the log where a database of another time, or another shop, has it. */
const setCounter = (db: Db, data: { epoch?: string; lastOffset?: bigint }) =>
  db.write((tx) => tx.eventCounter.updateMany({ data }))

/** Returns the identity of the log of an empty database, and the changes it reports. */
async function setup(t: Parameters<typeof engineDb>[0]) {
  const { db } = await engineDb(t)
  const identity = createLogIdentity(db)
  const told: [now: LogPosition, before: LogPosition][] = []
  identity.onNewEpoch((now, before) => told.push([now, before]))
  return { db, identity, told }
}

t.test('an epoch is 128 random bits in hex', async (t) => {
  t.match(newEpoch(), /^[0-9a-f]{32}$/)
  t.not(newEpoch(), newEpoch())
})

t.test('the identity is unknown before opening, and then the one in the database', async (t) => {
  const { db, identity, told } = await setup(t)
  t.throws(() => identity.epoch(), { message: /not opened/ })
  identity.saw(3)
  await setCounter(db, { epoch: 'abcdef0123456789', lastOffset: 5n })
  await identity.open()
  t.same(identity.position(), { epoch: 'abcdef0123456789', offset: 5 })
  t.equal(identity.epoch(), 'abcdef0123456789')
  t.equal(identity.epochTag(), 'abcdef01')
  t.equal(await identity.readEpoch(), 'abcdef0123456789')
  t.same(told, [])
})

t.test('the position only advances, by observed events and by reading the database', async (t) => {
  const { db, identity, told } = await setup(t)
  await setCounter(db, { lastOffset: 5n })
  await identity.open()
  identity.saw(4)
  t.equal(identity.position().offset, 5)
  identity.saw(6)
  t.equal(identity.position().offset, 6)
  await setCounter(db, { lastOffset: 9n })
  await identity.look()
  t.equal(identity.position().offset, 9)
  t.same(told, [], 'a growing log is the same log')
  identity.position().offset = 1
  t.equal(identity.position().offset, 9, 'the returned position is a copy')
})

t.test('a new epoch in the database is reported with the previous position', async (t) => {
  const { db, identity, told } = await setup(t)
  await setCounter(db, { epoch: 'one', lastOffset: 5n })
  await identity.open()
  await setCounter(db, { epoch: 'two', lastOffset: 2n })
  t.equal(await identity.readEpoch(), 'two')
  t.equal(identity.epoch(), 'one', 'not noticed before the next check')
  await Promise.all([identity.look(), identity.look()])
  t.same(
    told,
    [
      [
        { epoch: 'two', offset: 2 },
        { epoch: 'one', offset: 5 },
      ],
    ],
    'reported once',
  )
  t.equal(identity.epoch(), 'two')
  await identity.look()
  t.equal(told.length, 1)
})

t.test('a log that ends before an observed position was restored, and gets a new epoch', async (t) => {
  const { db, identity, told } = await setup(t)
  await setCounter(db, { epoch: 'one', lastOffset: 5n })
  await identity.open()
  await setCounter(db, { lastOffset: 4n })
  await identity.look()
  t.equal(told.length, 1)
  const [[now, before] = []] = told
  t.same(before, { epoch: 'one', offset: 5 })
  t.match(now, { epoch: /^[0-9a-f]{32}$/, offset: 4 })
  t.equal(await identity.readEpoch(), now?.epoch)
})

t.test('a start detects a restored log by its stored position', async (t) => {
  for (const [mark, kept] of [
    [{ epoch: 'one', offset: 6 }, false],
    [{ epoch: 'one', offset: 5 }, true],
    [{ epoch: 'another', offset: 6 }, true],
  ] as const) {
    const { db, identity } = await setup(t)
    await setCounter(db, { epoch: 'one', lastOffset: 5n })
    await identity.open(mark)
    t.equal(identity.epoch() === 'one', kept, JSON.stringify(mark))
    t.equal(await identity.readEpoch(), identity.epoch())
  }
})
