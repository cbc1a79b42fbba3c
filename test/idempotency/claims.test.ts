import t from 'tap'
import { claimKey } from '../../src/idempotency/claims.js'
import { newId } from '../../src/ids.js'
import { engineDb } from '../helpers/engine-db.js'

const stays = () => false

t.test('of many that claim a key, one holds it, and the next has it once that gives it back', async (t) => {
  const { db } = await engineDb(t)
  const key = { id: 'k'.repeat(64), ownerId: newId() }
  let held = 0
  const claims = Array.from({ length: 5 }, async () => {
    const claim = await claimKey(db, key, stays)
    t.equal(++held, 1)
    await db.write(async (tx) => claim?.renew(tx))
    held--
    await claim?.end()
  })
  await Promise.all(claims)
  t.equal(await db.read.idempotencyKey.count(), 0)
})

t.test('a claim that stands still is taken over, and changes nothing any more', async (t) => {
  const { db } = await engineDb(t)
  const key = { id: 'k'.repeat(64), ownerId: newId() }
  const dead = `claim ${newId()} 7`
  const row = { ...key, fingerprint: dead, keyId: '', answer: '', createdAt: new Date() }
  await db.write((tx) => tx.idempotencyKey.create({ data: row }))
  const start = performance.now()
  const heir = await claimKey(db, key, stays)
  t.ok(performance.now() - start >= 5_000, 'it was given time to beat')
  await t.rejects(
    claimKey(db, key, () => true),
    { code: 'client-gone' },
  )

  const slow = await claimKey(db, { ...key, id: 'm'.repeat(64) }, stays)
  await db.write((tx) =>
    tx.idempotencyKey.update({ where: { id: 'm'.repeat(64) }, data: { fingerprint: dead } }),
  )
  await t.rejects(
    db.write(async (tx) => {
      await tx.idempotencyKey.updateMany({ data: { answer: 'half' } })
      await slow?.renew(tx)
    }),
    { code: 'unavailable' },
  )
  const answer = { fingerprint: 'f'.repeat(64), keyId: 'x'.repeat(16), answer: 'done', createdAt: new Date() }
  t.equal(await db.write(async (tx) => slow?.settle(tx, answer)), false)
  await slow?.end()
  t.match(await db.read.idempotencyKey.findMany(), [{ answer: '' }, { fingerprint: dead, answer: '' }])

  t.equal(await db.write(async (tx) => heir?.settle(tx, answer)), true)
  await heir?.end()
  t.match(await db.read.idempotencyKey.findUnique({ where: { id: key.id } }), { answer: 'done' })
  t.equal(await claimKey(db, key, stays), undefined, 'it has an answer')
})
