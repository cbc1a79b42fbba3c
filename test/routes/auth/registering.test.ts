import t from 'tap'
import { ada, credentials, login, post } from '../../helpers/ada.js'
import { build, faultyPaths, noRateLimits } from '../../helpers/app.js'

t.test('registering creates a customer, and does not sign them in', async (t) => {
  const app = await build(t)
  const answer = await post(app, '/auth/register', { ...ada, email: '  Ada@Shop.Test ' })
  t.equal(answer.statusCode, 201)
  t.same(Object.keys(answer.json()).sort(), [
    'createdAt',
    'email',
    'emailVerified',
    'id',
    'mfa',
    'name',
    'role',
    'updatedAt',
  ])
  t.match(answer.json(), { name: 'Ada', email: 'ada@shop.test', role: 'customer' })
  t.match(answer.json().createdAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  t.equal(answer.headers['set-cookie'], undefined)
  t.equal(answer.headers['cache-control'], 'no-store')

  const taken = await post(app, '/auth/register', { ...ada, email: 'ADA@shop.test' })
  t.equal(taken.statusCode, 409)
  t.equal(taken.json().type, '/problems/email-taken')
})

t.test('one of several concurrent registrations of an email succeeds, the others are refused', async (t) => {
  const app = await build(t)
  const answers = await Promise.all(Array.from({ length: 8 }, () => post(app, '/auth/register', ada)))
  t.same(answers.map(({ statusCode }) => statusCode).sort(), [201, ...Array(7).fill(409)])
})

t.test('every invalid field of a registration is named', async (t) => {
  const app = await build(t)
  const bad = await post(app, '/auth/register', { name: ' ', email: 'ada', password: 'short', role: 'admin' })
  t.equal(bad.statusCode, 400)
  t.match(bad.headers['content-type'], 'application/problem+json')
  t.same(faultyPaths(bad), ['email', 'name', 'password', 'role'])
  t.same(faultyPaths(await post(app, '/auth/register', {})), ['email', 'name', 'password'])

  const faults: Record<string, unknown[]> = {
    name: ['', '   ', '\u200b', 'a\nb', 'a\0b', '\ud800', 'x'.repeat(101), 5, null, ['Ada']],
    email: [
      '',
      'ada',
      'ada@',
      '@shop.test',
      'ada@shop',
      'ada@shop..test',
      'ada@-shop.test',
      'a da@shop.test',
      'ada@shop.test\n',
      'ada\0@shop.test',
      'ada@shop.test,bob@shop.test',
      `${'x'.repeat(65)}@shop.test`,
      `ada@${'shop.'.repeat(50)}test`,
      'x'.repeat(60_000),
      `a@${'x'.repeat(60_000)}`,
      `a@${'x.'.repeat(30_000)}`,
      null,
      5,
    ],
    password: [
      '7 chars',
      `correct horse ${'and on '.repeat(20)}`,
      'ada@shop.test',
      'correct\0horse',
      'password1',
      'x'.repeat(60_000),
      null,
      12345678,
    ],
  }
  for (const [field, values] of Object.entries(faults))
    for (const value of values) {
      const answer = await post(app, '/auth/register', { ...ada, [field]: value })
      const what = `${field} ${JSON.stringify(value).slice(0, 40)}`
      t.equal(answer.statusCode, 400, what)
      t.same(faultyPaths(answer), [field], what)
    }
  t.equal(await app.db.read.user.count({ where: { role: 'customer' } }), 0)

  const good = ['Ada', 'x'.repeat(100), '👩‍👩‍👧 Жанна', "O'Neill-Smith", '李']
  for (const [i, name] of good.entries()) {
    const answer = await post(app, '/auth/register', { ...ada, name, email: `a+${i}@mail.shop.test` })
    t.match(answer.json(), { name }, name)
  }
})

t.test('a missing, malformed or oversized body is refused in the common format', async (t) => {
  const app = await build(t)
  const json = { 'content-type': 'application/json' }
  const cases: [string | undefined, Record<string, string>, number, string][] = [
    [undefined, {}, 400, 'invalid-request'],
    ['', json, 400, 'invalid-request'],
    ['null', json, 400, 'invalid-request'],
    ['[]', json, 400, 'invalid-request'],
    ['{"email":', json, 400, 'malformed-json'],
    ['{"__proto__":{"role":"admin"}}', json, 400, 'malformed-json'],
    ['email=ada', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'unsupported-media-type'],
    [JSON.stringify(credentials), { 'content-type': 'text/plain' }, 415, 'unsupported-media-type'],
    [JSON.stringify({ ...ada, name: 'x'.repeat(70_000) }), json, 413, 'body-too-large'],
  ]
  for (const url of ['/auth/register', '/auth/login'])
    for (const [body, headers, status, code] of cases) {
      const answer = await post(app, url, body, headers)
      const what = `${url} ${body?.slice(0, 30)}`
      t.equal(answer.statusCode, status, what)
      t.equal(answer.json().type, `/problems/${code}`, what)
    }
  t.same(faultyPaths(await post(app, '/auth/login', '', json)), ['body'])
})

t.test('a lock on guesses does not pass to the next account of an address', async (t) => {
  const app = await build(t, noRateLimits)
  const type = async () => (await login(app)).answer.json().type
  const lock = async () => {
    for (let i = 0; i < 5; i++) await post(app, '/auth/login', { ...credentials, password: 'wrong' })
    t.equal(await type(), '/problems/account-locked')
  }
  const { id } = (await post(app, '/auth/register', ada)).json()
  const { bearer } = await login(app)
  await lock()
  await app.users.unlock(id)
  const payload = { password: ada.password }
  const erased = await app.inject({ method: 'DELETE', url: '/auth/me', headers: bearer, payload })
  t.equal(erased.statusCode, 204)
  t.equal(await type(), '/problems/invalid-credentials', 'erased, not locked')
  await lock()
  t.equal((await post(app, '/auth/register', ada)).statusCode, 201)
  t.equal(await type(), undefined, 'guesses at an address without an account lock no new account out')
})
