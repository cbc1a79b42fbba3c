import t, { type Test } from 'tap'
import { createSecretBox } from '../../src/accounts/mfa/secret-box.js'
import { fingerprintOf, keyIdOf } from '../../src/idempotency/fingerprint.js'
import { createIdempotency } from '../../src/idempotency/idempotency.js'
import { newId } from '../../src/ids.js'
import { credentials, withAda } from '../helpers/ada.js'
import { engineDb } from '../helpers/engine-db.js'

const [OLD, NEW] = ['Q0vN7xkzJm2RtYc5LpWsHd9eGfUa4BiK', '3kfJ8sLwq1ZxPo6VtRbYn0MhCd5GeUaT']

t.test('the database alone does not tell a password that was sent under a key', async (t) => {
  const { app, bearer } = await withAda(t)
  const payload = { currentPassword: credentials.password, newPassword: 'purple monkey dishwasher' }
  const headers = { ...bearer, 'idempotency-key': 'change' }
  const answer = await app.inject({ method: 'POST', url: '/auth/password', headers, payload })
  t.equal(answer.statusCode, 204)
  const [row] = await app.db.read.idempotencyKey.findMany()
  t.match(row?.fingerprint, /^[0-9a-f]{64}$/)
  t.not(row?.fingerprint, fingerprintOf('POST', '/auth/password', payload), 'it takes a secret to compute it')
})

async function setUp(t: Test) {
  const { db } = await engineDb(t)
  const ownerId = newId()
  const id = keyIdOf(ownerId, 'once')
  /** Makes a change under the key, by a process with `secrets`. */
  const make = (secrets: string[], body: object) => {
    const idempotency = createIdempotency({ db, box: createSecretBox({ secrets, purpose: 'test' }) })
    const fingerprint = () => fingerprintOf('POST', '/things', body)
    return idempotency.run(
      { id, ownerId, fingerprint },
      (remember) => db.write((tx) => remember(tx, body)),
      (result) => ({ status: 200, headers: {}, body: JSON.stringify(result) }),
    )
  }
  return { db, id, make }
}

t.test('a retry is recognised after its secret was rotated', async (t) => {
  const { make } = await setUp(t)
  const { replayed } = await make([OLD], { a: 1 })
  t.notOk(replayed)
  t.match(await make([NEW, OLD], { a: 1 }), { replayed: true, answer: { body: '{"a":1}' } })
  await t.rejects(make([NEW, OLD], { a: 2 }), { code: 'idempotency-key-reused' })
  await t.rejects(make([NEW], { a: 1 }), { code: 'idempotency-answer-lost' }, 'the secret is gone')
})

t.test('a retry of a request that an earlier version has served is recognised', async (t) => {
  const { db, id, make } = await setUp(t)
  await make([OLD], { a: 1 })
  const fingerprint = fingerprintOf('POST', '/things', { a: 1 })
  await db.write((tx) => tx.idempotencyKey.update({ where: { id }, data: { fingerprint } }))
  t.match(await make([OLD], { a: 1 }), { replayed: true })
  await t.rejects(make([OLD], { a: 2 }), { code: 'idempotency-key-reused' })
})
