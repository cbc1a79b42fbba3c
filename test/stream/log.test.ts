import t from 'tap'
import type { StockroomEvent } from '../../src/contract/events.js'
import type { Draft } from '../../src/stream/log.js'
import { originOfUser } from '../../src/stream/origin.js'
import { addUser, engineDb } from '../helpers/engine-db.js'
import { append, appendMany, stockDraft } from '../helpers/log-events.js'

const AT = Date.UTC(2024, 0, 2, 3, 4, 5, 6)

const offsets = (events: { offset: number }[]) => events.map(({ offset }) => offset)

t.test('events are published after the commit, as stored in the log', async (t) => {
  const { db, eventLog } = await engineDb(t)
  const told: StockroomEvent[][] = []
  eventLog.onCommit((events) => told.push(events))
  t.equal(await eventLog.head(), 0)
  t.equal(await eventLog.oldest(), undefined)
  await db.write(async (tx) => {
    await eventLog.append(tx, [stockDraft(7), stockDraft(6)], AT)
    t.same(told, [], 'not before the commit')
  })
  await append(db, eventLog, [stockDraft(5)], AT)
  const createdAt = '2024-01-02T03:04:05.006Z'
  const expected = [7, 6, 5].map((stock, i) => {
    const actor = { type: 'system', id: null }
    return { offset: i + 1, type: 'stock:changed', createdAt, actor, data: { productId: 'p', stock } }
  })
  t.same(told, [expected.slice(0, 2), expected.slice(2)])
  t.same(await eventLog.read(0, 10), expected)
  t.equal(await eventLog.head(), 3)
  t.equal(await eventLog.oldest(), 1)
  t.equal(eventLog.position().offset, 3, 'this process knows that it is committed')
})

t.test('a rolled-back write takes no offset and publishes nothing', async (t) => {
  const { db, eventLog } = await engineDb(t)
  let told = 0
  eventLog.onCommit(() => told++)
  const failing = db.write(async (tx) => {
    await eventLog.append(tx, [stockDraft(1)], AT)
    throw new Error('roll back')
  })
  await t.rejects(failing, { message: 'roll back' })
  await append(db, eventLog, [], AT)
  t.equal(told, 0, 'an empty list of events publishes nothing either')
  t.equal(await eventLog.head(), 0)
  await appendMany(db, eventLog, 1)
  t.same(offsets(await eventLog.read(0, 10)), [1])
})

t.test('a read starts after its offset and ends at its limit', async (t) => {
  const { db, eventLog } = await engineDb(t)
  await appendMany(db, eventLog, 5)
  t.same(offsets(await eventLog.read(2, 2)), [3, 4])
  t.same(offsets(await eventLog.read(4, 2)), [5])
  t.same(await eventLog.read(5, 2), [])
})

t.test('texts are read for all events, for some types or for one owner', async (t) => {
  const { db, eventLog } = await engineDb(t)
  const [ada, grace] = [await addUser(db), await addUser(db)]
  const order = (userId: string): Draft =>
    ({
      type: 'order:created',
      userId,
      data: { id: 'o', userId, note: 'ünï "x"' },
      origin: originOfUser(userId, 'request-1'),
    }) as unknown as Draft
  await append(db, eventLog, [order(ada), stockDraft(9), order(grace), order(ada), stockDraft(8)], AT)
  const parsed = (texts: { text: string }[]) => texts.map(({ text }) => JSON.parse(text))
  const all = await eventLog.read(0, 10)

  const texts = await eventLog.readTexts(0, 5)
  t.same(parsed(texts), all)
  t.same(offsets(texts), [1, 2, 3, 4, 5])
  t.same(
    texts.map(({ type }) => type),
    all.map(({ type }) => type),
  )
  t.same(offsets(await eventLog.readTexts(1, 4)), [2, 3, 4])
  t.same(offsets(await eventLog.readTexts(0, 4, ['stock:changed'])), [2])
  t.same(offsets(await eventLog.readTexts(0, 5, ['stock:changed', 'order:updated'])), [2, 5])
  const own = await eventLog.readOwnTexts(ada, 0, 5, 10)
  t.same(parsed(own), [all[0], all[3]])
  t.same(offsets(await eventLog.readOwnTexts(ada, 1, 5, 10)), [4])
  t.same(offsets(await eventLog.readOwnTexts(ada, 0, 3, 10)), [1])
  t.same(offsets(await eventLog.readOwnTexts(ada, 0, 5, 1)), [1])
})
