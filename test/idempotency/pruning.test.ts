import t from 'tap'
import { keyIdOf } from '../../src/idempotency/fingerprint.js'
import { pruneAnswers } from '../../src/idempotency/forget-answers.js'
import { engineDb } from '../helpers/engine-db.js'
import { shop } from '../helpers/shop.js'

const HOUR_MS = 3_600_000

/** Fills a database with answers, `old` of them from two days ago, and counts the transactions deleting some. */
async function filled(t: Parameters<typeof engineDb>[0], old: number, recent: number) {
  const { db } = await engineDb(t)
  const now = Date.now()
  const rows = Array.from({ length: old + recent }, (_, i) => ({
    id: keyIdOf('ann', String(i)),
    ownerId: 'ann',
    fingerprint: '',
    keyId: '',
    answer: '',
    createdAt: new Date(i < old ? now - 48 * HOUR_MS + i : now - HOUR_MS),
  }))
  await db.write((tx) => tx.idempotencyKey.createMany({ data: rows }))
  const sizes: number[] = []
  const counted: typeof db = {
    ...db,
    async write(work) {
      const before = await db.read.idempotencyKey.count()
      const result = await db.write(work)
      sizes.push(before - (await db.read.idempotencyKey.count()))
      return result
    },
  }
  return { db: counted, before: now - 24 * HOUR_MS, sizes }
}

t.test('old answers are deleted in small steps, and recent ones are kept', async (t) => {
  const { db, before, sizes } = await filled(t, 1_201, 30)
  t.equal(await pruneAnswers(db, before, new AbortController().signal), 1_201)
  t.same(sizes, [500, 500, 201], 'no transaction is long')
  t.equal(await db.read.idempotencyKey.count(), 30)
  t.equal(await db.read.idempotencyKey.count({ where: { createdAt: { lt: new Date(before) } } }), 0)
  t.equal(await pruneAnswers(db, before, new AbortController().signal), 0)
})

t.test('a server that closes ends the deletion after the current step', async (t) => {
  const { db, before } = await filled(t, 1_201, 0)
  const closing = new AbortController()
  const stopping: typeof db = {
    ...db,
    async write(work) {
      closing.abort()
      return db.write(work)
    },
  }
  t.equal(await pruneAnswers(stopping, before, closing.signal), 500)
  t.equal(await db.read.idempotencyKey.count(), 701)
})

t.test('once its answer is deleted, a key is free for another change', async (t) => {
  const { app, call, add } = await shop(t)
  const { id } = await add({ stock: 5 })
  const adjust = (delta: number) =>
    call('POST', `/products/${id}/stock-adjustments`, { delta }, { 'idempotency-key': 'delivery' })
  t.match(await adjust(3), { statusCode: 200 })
  const prune = (before: number) => pruneAnswers(app.db, before, new AbortController().signal)
  t.equal(await prune(Date.now() - HOUR_MS), 0)
  t.match(await adjust(3), { statusCode: 200, headers: { 'idempotent-replayed': 'true' } })
  t.equal(await prune(Date.now() + HOUR_MS), 1)
  const again = await adjust(4)
  t.match(again, { statusCode: 200, headers: { 'idempotent-replayed': undefined } })
  t.equal(again.json().stock, 12)
})
