import t, { type Test } from 'tap'
import { type App, buildApp } from '../../../src/app.js'
import type { Config } from '../../../src/config.js'
import { ada, credentials, login, post, withAda } from '../../helpers/ada.js'
import { build, faultyPaths, noRateLimits, testConfig } from '../../helpers/app.js'
import { allSent, mailsOf, type Received, tokenIn } from '../../helpers/mail.js'
import { turnTotpOn } from '../../helpers/mfa.js'
import { listen, open } from '../../helpers/sockets.js'

const password = 'another horse'

/** Signs Ada in with a new password. */
async function signInWith(app: App, password: string) {
  const answer = await post(app, '/auth/login', { email: ada.email, password })
  return { answer, bearer: { authorization: `Bearer ${answer.json().accessToken}` } }
}

/** Builds an application with Ada, and forgets the mails of her registration. */
async function setup(t: Test, changes: Partial<Config> = noRateLimits) {
  const { app, ...signedIn } = await withAda(t, changes)
  const forgot = (email = ada.email) => post(app, '/auth/password/forgot', { email })
  const reset = (token: string, changes: object = {}) =>
    post(app, '/auth/password/reset', { token, password, ...changes })
  const resetMails = () => mailsOf(app).filter(({ text }) => text.includes('/admin/#/reset/'))
  /** Requests a mail. @returns the token in it */
  const mailedToken = async () => {
    const before = resetMails().length
    const answer = await forgot()
    t.equal(answer.statusCode, 202)
    await allSent(app)
    t.equal(resetMails().length, before + 1)
    const [mail] = resetMails().slice(-1)
    return mail ? tokenIn(mail) : ''
  }
  return { app, ...signedIn, forgot, reset, resetMails, mailedToken }
}

t.test('a forgotten password is replaced by a mailed link, which is good once', async (t) => {
  const { app, bearer, forgot, reset, resetMails, mailedToken } = await setup(t)
  const url = await listen(app)
  const client = open(t, url, { token: bearer.authorization.slice(7) })
  await client.ready()
  const ended = new Promise((resolve) => client.socket.once('session:ended', resolve))
  const token = await mailedToken()
  t.match(token, /^[\w-]{43}$/)
  t.match(resetMails(), [{ to: ada.email, subject: /^Set a new password/ }])

  const answer = await reset(token)
  t.equal(answer.statusCode, 204)
  t.equal(answer.body, '')
  t.match(await ended, { code: 'unauthorized' })
  t.equal((await app.inject({ url: '/auth/me', headers: bearer })).statusCode, 401)
  t.equal((await post(app, '/auth/login', credentials)).statusCode, 401)
  t.equal((await post(app, '/auth/login', { ...credentials, password })).statusCode, 200)
  t.match((await reset(token)).json(), { status: 401, type: '/problems/invalid-token' })
  t.equal((await forgot(' ADA@shop.test ')).statusCode, 202, 'addresses are compared in their normal form')
  await allSent(app)
  t.equal(resetMails().length, 2)
})

t.test('the database keeps the SHA-256 of a token alone, and the log none', async (t) => {
  const lines: string[] = []
  const config = await testConfig(t, t.testdir(), noRateLimits)
  const app = buildApp(config, { level: 'trace', stream: { write: (line: string) => lines.push(line) } })
  t.teardown(() => app.close())
  await app.ready()
  await post(app, '/auth/register', ada)
  await post(app, '/auth/password/forgot', { email: ada.email })
  await allSent(app)
  const token = tokenIn(mailsOf(app).at(-1) as Received)
  t.match(token, /^[\w-]{43}$/)
  const [row] = await app.db.read.mailToken.findMany({ where: { kind: 'reset' } })
  t.match(row, { hash: /^[\da-f]{64}$/, email: ada.email })
  t.equal(Number(row?.expiresAt) - Number(row?.createdAt), 30 * 60_000)
  const tables = [await app.db.read.mail.findMany(), await app.db.read.mailToken.findMany()]
  t.notMatch(JSON.stringify(tables), token)
  t.equal((await post(app, '/auth/password/reset', { token, password })).statusCode, 204)
  t.equal((await post(app, '/auth/password/reset', { token, password })).statusCode, 401)
  const log = lines.join('')
  t.match(log, /a mail was written to a file.*/)
  t.match(log, /authn_password_change/)
  t.notMatch(log, token)
  t.notMatch(log, ada.email)
})

t.test(
  'a token is void once a newer one is sent, the password changes, or half an hour has passed',
  async (t) => {
    const { app, bearer, reset, mailedToken } = await setup(t)
    const refused = async (token: string, why: string) =>
      t.match((await reset(token)).json(), { status: 401, type: '/problems/invalid-token' }, why)
    const first = await mailedToken()
    const second = await mailedToken()
    await refused(first, 'replaced')
    await refused('x'.repeat(43), 'unknown')
    await refused('', 'empty')
    const change = { currentPassword: ada.password, newPassword: 'a third horse' }
    t.equal((await post(app, '/auth/password', change, bearer)).statusCode, 204)
    await refused(second, 'the password has changed')

    const third = await mailedToken()
    await app.db.write((tx) => tx.mailToken.updateMany({ data: { expiresAt: new Date(Date.now() - 1_000) } }))
    await refused(third, 'expired')
    await app.db.write((tx) =>
      tx.mailToken.updateMany({ data: { kind: 'verification', expiresAt: new Date(Date.now() + 60_000) } }),
    )
    await refused(third, 'of another kind')
    await app.db.write((tx) => tx.mailToken.updateMany({ data: { kind: 'reset' } }))
    await app.db.write((tx) =>
      tx.user.updateMany({ where: { email: ada.email }, data: { email: 'a@b.test' } }),
    )
    await refused(third, 'sent to an address that is no longer hers')
    await app.db.write((tx) =>
      tx.user.updateMany({ where: { email: 'a@b.test' }, data: { email: ada.email } }),
    )
    t.equal((await reset(third)).statusCode, 204)
  },
)

t.test('an invalid password is a 400 that names it, and leaves the token good', async (t) => {
  const { reset, mailedToken } = await setup(t)
  const token = await mailedToken()
  for (const bad of ['short', 'password', 'x\0'.repeat(8), 'ada@shop.test', 'Stockroom1', null]) {
    const answer = await reset(token, { password: bad })
    t.equal(answer.statusCode, 400, String(bad))
    t.same(faultyPaths(answer), ['password'])
  }
  t.same(faultyPaths(await reset(token, { email: ada.email })), ['email'])
  t.equal((await reset(token)).statusCode, 204)
})

t.test('of ten concurrent resets with one token one succeeds', async (t) => {
  const { app, reset, mailedToken } = await setup(t)
  const token = await mailedToken()
  const words = Array.from({ length: 10 }, (_, i) => `horse number ${i}`)
  const statuses = await Promise.all(
    words.map(async (word) => (await reset(token, { password: word })).statusCode),
  )
  t.same(statuses.toSorted(), [204, ...Array(9).fill(401)])
  const winner = words[statuses.indexOf(204)] ?? ''
  t.equal((await post(app, '/auth/login', { ...credentials, password: winner })).statusCode, 200)
})

t.test('a reset lifts the lock on guesses', async (t) => {
  const { app, reset, mailedToken } = await setup(t)
  for (let i = 0; i < 5; i++) await post(app, '/auth/login', { ...credentials, password: 'wrong' })
  t.equal((await post(app, '/auth/login', credentials)).statusCode, 429)
  const answer = await reset(await mailedToken())
  t.equal(answer.statusCode, 204)
  const renewed = { ...credentials, password }
  t.equal((await post(app, '/auth/login', renewed)).statusCode, 200)

  for (let i = 0; i < 5; i++) await post(app, '/auth/login', credentials)
  t.equal((await post(app, '/auth/login', renewed)).statusCode, 429)
  const [device] = answer.cookies
  const cookie = `${device?.name}=${device?.value}`
  t.equal((await post(app, '/auth/login', renewed, { cookie })).statusCode, 200, 'the browser is known now')
})

t.test(
  'the first proof of an address drops the second factors set up before it, and a later one none',
  async (t) => {
    const { app, bearer, reset, mailedToken } = await setup(t)
    await turnTotpOn(app, bearer)
    t.equal((await reset(await mailedToken())).statusCode, 204)
    const { answer, bearer: own } = await signInWith(app, password)
    t.match(answer.json(), { user: { emailVerified: true, mfa: false } })

    await turnTotpOn(app, own, password)
    t.equal((await reset(await mailedToken(), { password: 'difference engine' })).statusCode, 204)
    const later = await signInWith(app, 'difference engine')
    t.match(later.answer.json(), { type: '/problems/mfa-required' })
  },
)

t.test('one address gets three mails an hour, and an unknown or disabled account none', async (t) => {
  const { app, forgot, resetMails } = await setup(t)
  for (let i = 0; i < 5; i++) {
    const [known, unknown] = [await forgot(), await forgot('nobody@shop.test')]
    t.same([known.statusCode, known.body], [202, ''])
    t.same([unknown.statusCode, unknown.body], [202, ''])
  }
  await allSent(app)
  t.same(
    resetMails().map(({ to }) => to),
    [ada.email, ada.email, ada.email],
  )
  const hour = 60 * 60_000
  await app.db.write((tx) =>
    tx.mail.updateMany({
      where: { kind: 'password-reset' },
      data: { sentAt: new Date(Date.now() - hour - 1_000) },
    }),
  )
  await app.db.write((tx) => tx.user.updateMany({ where: { email: ada.email }, data: { disabled: true } }))
  await forgot()
  await allSent(app)
  t.equal(resetMails().length, 3)
  await app.db.write((tx) => tx.user.updateMany({ where: { email: ada.email }, data: { disabled: false } }))
  await forgot()
  await allSent(app)
  t.equal(resetMails().length, 4, 'an hour later')
})

t.test('production without a mail server has no reset by mail, and says so', async (t) => {
  const app = await build(t, { production: true, ...noRateLimits })
  const forgot = await post(app, '/auth/password/forgot', { email: ada.email })
  t.match(forgot.json(), { status: 503, type: '/problems/mail-unavailable' })
  t.equal((await post(app, '/auth/register', ada)).statusCode, 201)
  t.equal(await app.db.read.mail.count(), 0)
  await login(app)
})
