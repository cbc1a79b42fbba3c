import { createHmac } from 'node:crypto'
import bcrypt from 'bcrypt'
import t from 'tap'
import { ada, credentials, login, post, withAda } from '../../helpers/ada.js'
import { faultyPaths, noRateLimits } from '../../helpers/app.js'

const change = { currentPassword: ada.password, newPassword: 'another horse' }

t.test('changing the password signs every other client out', async (t) => {
  const { app, bearer } = await withAda(t)
  const other = await login(app)
  const answer = await post(app, '/auth/password', change, bearer)
  t.equal(answer.statusCode, 204)
  t.equal(answer.body, '')
  t.equal((await app.inject({ url: '/auth/me', headers: bearer })).statusCode, 200)
  t.equal((await app.inject({ url: '/auth/me', headers: other.bearer })).statusCode, 401)
  const { refresh_token = '' } = other.cookies
  const refreshed = await app.inject({ method: 'POST', url: '/auth/refresh', cookies: { refresh_token } })
  t.equal(refreshed.statusCode, 401)
  t.equal((await post(app, '/auth/login', credentials)).statusCode, 401)
  t.equal((await post(app, '/auth/login', { ...credentials, password: change.newPassword })).statusCode, 200)
})

t.test('a password change takes the current password and a valid new one', async (t) => {
  const { app, bearer } = await withAda(t)
  const send = (body: object, headers: Record<string, string> = bearer) =>
    post(app, '/auth/password', body, headers)
  const wrong = await send({ ...change, currentPassword: 'wrong' })
  t.equal(wrong.statusCode, 401)
  t.equal(wrong.json().type, '/problems/invalid-credentials')
  t.equal(wrong.json().detail, 'The current password is wrong.')
  for (const newPassword of [
    'short',
    'password',
    ' '.repeat(20),
    'x\0'.repeat(8),
    'ada@shop.test',
    'Stockroom1',
    null,
    5,
  ]) {
    const refused = await send({ ...change, newPassword })
    t.equal(refused.statusCode, 400, String(newPassword))
    t.same(faultyPaths(refused), ['newPassword'])
  }
  t.match((await send({ ...change, newPassword: 'ada@shop.test' })).json(), {
    errors: [{ path: 'newPassword', message: 'must not consist only of your email address' }],
  })
  t.same(faultyPaths(await send({})), ['currentPassword', 'newPassword'])
  t.same(faultyPaths(await send({ ...change, password: 'x' })), ['password'])
  t.equal((await send(change, {})).statusCode, 401)
  t.equal((await send(change)).statusCode, 204)
})

t.test('a password change by cookie must come from the same origin', async (t) => {
  const { app, cookies } = await withAda(t)
  const { access_token } = cookies
  const headers = { cookie: `access_token=${access_token}`, origin: 'https://evil.test' }
  t.equal((await post(app, '/auth/password', change, headers)).json().type, '/problems/cross-site-request')
  const own = { cookie: `access_token=${access_token}`, 'sec-fetch-site': 'same-origin' }
  t.equal((await post(app, '/auth/password', change, own)).statusCode, 204)
})

t.test('wrong current passwords lock the account like failed sign-ins', async (t) => {
  const { app, bearer } = await withAda(t, noRateLimits)
  const wrong = { ...change, currentPassword: 'wrong' }
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => post(app, '/auth/password', wrong, bearer)),
  )
  const count = (status: number) => answers.filter(({ statusCode }) => statusCode === status).length
  t.same([count(401), count(429)], [5, 15])
  const locked = await post(app, '/auth/password', change, bearer)
  t.equal(locked.json().type, '/problems/account-locked')
  t.ok(Number(locked.headers['retry-after']) > 590)
  t.equal((await post(app, '/auth/login', credentials)).statusCode, 429)
})

t.test('password changes are limited by address', async (t) => {
  const { app, bearer } = await withAda(t, { authRateLimitMax: 4 })
  const statuses: number[] = []
  for (let i = 0; i < 3; i++) statuses.push((await post(app, '/auth/password', {}, bearer)).statusCode)
  t.same(statuses, [400, 400, 429])
})

t.test('a user changes their name, and nothing else', async (t) => {
  const { app, bearer } = await withAda(t)
  const patch = (payload: object, headers: Record<string, string> = bearer) =>
    app.inject({ method: 'PATCH', url: '/auth/me', headers, payload })
  const answer = await patch({ name: 'Ada King' })
  t.equal(answer.statusCode, 200)
  t.match(answer.json(), { name: 'Ada King', email: ada.email, role: 'customer' })
  t.ok(answer.json().updatedAt > answer.json().createdAt)
  t.same((await app.inject({ url: '/auth/me', headers: bearer })).json(), answer.json())
  for (const [body, paths] of [
    [{ name: '' }, ['name']],
    [{ name: ' \u200b' }, ['name']],
    [{ name: 'a\nb' }, ['name']],
    [{ name: 'x'.repeat(101) }, ['name']],
    [{ name: null }, ['name']],
    [{ role: 'admin' }, ['role']],
    [{ name: 'Ada', emailVerified: true }, ['emailVerified']],
    [{}, ['body']],
  ] as const) {
    const refused = await patch(body)
    t.equal(refused.statusCode, 400, JSON.stringify(body))
    t.same(faultyPaths(refused), paths)
  }
  t.equal((await patch({ name: 'Ada' }, {})).statusCode, 401)
  await app.db.write(async (tx) => {
    await tx.session.deleteMany()
    await tx.user.deleteMany({ where: { email: ada.email } })
  })
  t.equal((await patch({ name: 'Ada' })).statusCode, 401)
})

t.test('a password of any script signs in, whatever its bytes, and is never truncated', async (t) => {
  const { app } = await withAda(t, noRateLimits)
  const forest = 'корабельныйлесшумитнадтёмнойводоюреки'
  t.equal([...forest].length, 37)
  const passwords = [
    forest,
    '長い合言葉で、誰も知らない',
    '🔑🗝🔒🔓🔐🚪🏠🐎'.repeat(16),
    `${'lamp '.repeat(25)}end`,
  ]
  for (const [i, password] of passwords.entries()) {
    const email = `${i}@shop.test`
    const made = await post(app, '/auth/register', { name: 'Ada', email, password })
    t.equal(made.statusCode, 201, password)
    t.equal((await post(app, '/auth/login', { email, password })).statusCode, 200)
    const shorter = [...password].slice(0, -1).join('')
    t.equal((await post(app, '/auth/login', { email, password: shorter })).statusCode, 401)
  }
})

t.test('a hash in an older format is replaced at sign-in', async (t) => {
  const { app } = await withAda(t)
  const password = `${'x'.repeat(60)}lamps and ladders`
  const salt = bcrypt.genSaltSync(4)
  const old = bcrypt.hashSync(createHmac('sha256', salt).update(password).digest('base64'), salt)
  const where = { email: ada.email }
  await app.db.write((tx) => tx.user.updateMany({ where, data: { password: old } }))
  const hash = async () => (await app.db.read.user.findFirst({ where }))?.password
  t.equal((await post(app, '/auth/login', { ...credentials, password: `${password}.` })).statusCode, 401)
  t.equal(await hash(), old)
  for (const _again of [1, 2]) {
    t.equal((await post(app, '/auth/login', { ...credentials, password })).statusCode, 200)
    await app.accounts.renewals.settled()
    t.match(await hash(), /^\$bcrypt-sha256\$/)
  }
})
