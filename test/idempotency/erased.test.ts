import t from 'tap'
import type { App } from '../../src/app.js'
import { hideNewAnswers } from '../../src/idempotency/hide-answers.js'
import { build, noRateLimits, signIn } from '../helpers/app.js'
import { addProduct } from '../helpers/books.js'

type Headers = Record<string, string>

const patch = (app: App, url: string, payload: object, headers: Headers, key: string) =>
  app.inject({ method: 'PATCH', url, payload, headers: { ...headers, 'idempotency-key': key } })

const altered = (change: object) =>
  Object.fromEntries(Object.keys(change).map((field) => [field, 'Something else']))
const LOST = { status: 409, type: '/problems/idempotency-answer-lost' }

t.test('after an erasure, no retry of somebody else gets an answer about the person', async (t) => {
  const app = await build(t, noRateLimits)
  const [admin, person, other] = [await signIn(app, 'admin'), await signIn(app), await signIn(app)]
  const { key } = await app.apiKeys.create({ name: 'CRM', scopes: ['users:write'] }, admin.id)
  const program = { authorization: `Bearer ${key}` }
  const productId = await addProduct(app, { stock: 50 })
  const placed = await app.inject({
    method: 'POST',
    url: '/orders',
    payload: { productId, quantity: 1 },
    headers: person.headers,
  })
  const order = placed.json()
  const about: [string, object, Headers][] = [
    [`/users/${person.id}`, { name: 'Lady Lovelace' }, admin.headers],
    [`/users/${person.id}`, { name: 'Ada Lovelace' }, program],
    [`/orders/${order.id}`, { note: 'Lovelace rang' }, admin.headers],
  ]
  const theirs: [string, object, Headers] = [`/users/${other.id}`, { name: 'Grace' }, admin.headers]
  for (const [i, [url, change, headers]] of [...about, theirs].entries())
    t.equal((await patch(app, url, change, headers, `key-${i}`)).statusCode, 200)
  const count = await app.db.read.idempotencyKey.count()

  await app.users.erase(person.id)
  for (const [i, [url, change, headers]] of about.entries()) {
    const again = await patch(app, url, change, headers, `key-${i}`)
    t.match(again.json(), LOST)
    t.notMatch(again.body, /lovelace/i)
    const reused = await patch(app, url, altered(change), headers, `key-${i}`)
    t.equal(reused.statusCode, 422, 'the key stays taken')
  }
  t.equal(await app.db.read.idempotencyKey.count({ where: { answer: '' } }), about.length)
  t.equal(await app.db.read.idempotencyKey.count(), count)
  const kept = await patch(app, ...theirs, `key-${about.length}`)
  t.match(kept, { statusCode: 200, headers: { 'idempotent-replayed': 'true' } })
})

t.test('an answer given while the erasure goes on is hidden by its last transaction', async (t) => {
  const app = await build(t, noRateLimits)
  const [admin, person] = [await signIn(app, 'admin'), await signIn(app)]
  const rename = () => patch(app, `/users/${person.id}`, { name: 'Ada' }, admin.headers, 'late')
  await rename()
  const hide = (since: number) =>
    app.db.write((tx) => hideNewAnswers(tx, app.answerBox, person.id, new Date(since)))
  await hide(Date.now() + 60_000)
  t.equal((await rename()).headers['idempotent-replayed'], 'true')
  await hide(Date.now() - 60_000)
  t.match((await rename()).json(), LOST)
})

t.test('answers encrypted with a removed key do not hinder an erasure', async (t) => {
  const app = await build(t, noRateLimits)
  const [admin, person] = [await signIn(app, 'admin'), await signIn(app)]
  await patch(app, `/users/${person.id}`, { name: 'Ada' }, admin.headers, 'old')
  await app.db.write((tx) => tx.idempotencyKey.updateMany({ data: { keyId: '0'.repeat(16) } }))
  await app.users.erase(person.id)
  t.equal(await app.db.read.user.count({ where: { id: person.id, erasedAt: null } }), 0)
})
