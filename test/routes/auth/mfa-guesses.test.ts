import t from 'tap'
import { buildApp } from '../../../src/app.js'
import { ada, credentials, login, post } from '../../helpers/ada.js'
import { build, noRateLimits, testConfig } from '../../helpers/app.js'
import { codeOf, renewCode, turnTotpOn, withTotp, wrongCodeOf } from '../../helpers/mfa.js'

type Answer = Awaited<ReturnType<typeof post>>
const codeOfProblem = (answer: Answer) => String(answer.json().type).replace('/problems/', '')

t.test('wrong codes count as guesses, and the right password does not reset them', async (t) => {
  const { app, secret, begin } = await withTotp(t)
  const statuses: number[] = []
  for (let i = 0; i < 5; i++) {
    const answer = await post(app, '/auth/login/mfa', { mfaToken: await begin(), code: wrongCodeOf(secret) })
    statuses.push(answer.statusCode)
  }
  t.same(statuses, Array(5).fill(401))
  const locked = (await login(app)).answer
  t.equal(codeOfProblem(locked), 'account-locked')
  t.ok(Number(locked.headers['retry-after']) > 590)
})

t.test('concurrent guesses at one token try five codes at most', async (t) => {
  const { app, secret, begin } = await withTotp(t)
  const mfaToken = await begin()
  const payload = { mfaToken, code: wrongCodeOf(secret) }
  const answers = await Promise.all(Array.from({ length: 20 }, () => post(app, '/auth/login/mfa', payload)))
  const count = (status: number) => answers.filter(({ statusCode }) => statusCode === status).length
  t.same([count(401), count(429)], [5, 15])
  await renewCode(app)
  t.equal((await post(app, '/auth/login/mfa', { mfaToken, code: codeOf(secret) })).statusCode, 429)
})

t.test('a second step ends with the password, the sessions and the account that it was for', async (t) => {
  const { app, bearer, begin, code } = await withTotp(t)
  const { id } = (await app.inject({ url: '/auth/me', headers: bearer })).json()
  const complete = async (mfaToken: string) =>
    codeOfProblem(await post(app, '/auth/login/mfa', { mfaToken, code: await code() }))

  const expired = await begin()
  await app.db.write((tx) => tx.mfaToken.updateMany({ data: { expiresAt: new Date(Date.now() - 1) } }))
  t.equal(await complete(expired), 'invalid-token')
  const before = await begin()
  const change = { currentPassword: ada.password, newPassword: 'another horse' }
  t.equal((await post(app, '/auth/password', change, bearer)).statusCode, 204)
  t.equal(await complete(before), 'invalid-token', 'a new password')
  await post(app, '/auth/password', { currentPassword: 'another horse', newPassword: ada.password }, bearer)
  const ended = await begin()
  await app.users.endSessions(id)
  t.equal(await complete(ended), 'invalid-token', 'an admin ended the sessions')
  const disabled = await begin()
  await app.db.write((tx) => tx.user.update({ where: { id }, data: { disabled: true } }))
  t.equal(await complete(disabled), 'account-disabled')
  t.equal((await login(app)).answer.json().type, '/problems/account-disabled')
})

t.test('secrets survive a rotation of the signing key, and a lost key leaves recovery codes', async (t) => {
  const [oldKey, newKey] = [
    'a signing key of the tests, long enough',
    'another signing key of the tests, as long',
  ]
  const config = await testConfig(t, t.testdir(), { ...noRateLimits, jwtSecret: oldKey })
  const start = async (changes: object) => {
    const app = buildApp({ ...config, ...changes })
    t.teardown(() => app.close())
    await app.ready()
    return app
  }
  const app = await start({})
  await post(app, '/auth/register', ada)
  const { secret, recoveryCodes } = await turnTotpOn(app, (await login(app)).bearer)
  await app.close()

  /** Signs in with `code` at a server with other keys. @returns the status */
  const signInWith = async (changes: object, code = codeOf(secret)) => {
    const restarted = await start(changes)
    await renewCode(restarted)
    const { mfaToken } = (await login(restarted)).answer.json()
    const { statusCode } = await post(restarted, '/auth/login/mfa', { mfaToken, code })
    await restarted.close()
    return statusCode
  }
  const encryptionKeys = ['3kfJ8sLwq1ZxPo6VtRbYn0MhCd5GeUaT']
  t.equal(await signInWith({ jwtSecret: newKey, retiredJwtSecrets: [] }), 503, 'the key is lost')
  const [recovery = ''] = recoveryCodes
  t.equal(await signInWith({ jwtSecret: newKey, retiredJwtSecrets: [] }, recovery), 200)
  t.equal(await signInWith({ jwtSecret: newKey, encryptionKeys: [...encryptionKeys, oldKey] }), 200)
  t.equal(await signInWith({ jwtSecret: newKey, encryptionKeys }), 200, 'encrypted anew with the first key')
})

t.test('the second step and changes of factors are limited by address', async (t) => {
  const app = await build(t, { authRateLimitMax: 2 })
  const statuses: number[] = []
  for (const url of ['/auth/login/mfa', '/auth/mfa/totp', '/auth/mfa/totp/confirm', '/auth/login/mfa'])
    statuses.push((await post(app, url, credentials)).statusCode)
  t.same(statuses, [400, 401, 429, 429])
})
