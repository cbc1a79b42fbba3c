import t from 'tap'
import type { App } from '../../../src/app.js'
import { ada, login, post, withAda } from '../../helpers/ada.js'
import { faultyPaths, noRateLimits } from '../../helpers/app.js'
import { withTotp, wrongCodeOf } from '../../helpers/mfa.js'
import { codeOf, type Headers, withAuthenticator } from '../../helpers/passkeys.js'

const { password } = ada
const replace = (app: App, payload: object, headers: Headers = {}) =>
  post(app, '/auth/mfa/recovery-codes', payload, headers)
const factorsOf = async (app: App, headers: Headers) =>
  (await app.inject({ url: '/auth/mfa', headers })).json()

t.test('recovery codes are replaced with the password and a code', async (t) => {
  const { app, bearer, secret, recoveryCodes, begin, code } = await withTotp(t)
  const other = await post(app, '/auth/login/mfa', { mfaToken: await begin(), code: recoveryCodes[0] })
  const spent = await code()
  const refusals: [object, string][] = [
    [{ password: 'wrong', code: spent }, 'invalid-credentials'],
    [{ password, code: wrongCodeOf(secret) }, 'invalid-code'],
    [{ password, code: recoveryCodes[0] }, 'invalid-code'],
  ]
  for (const [payload, reason] of refusals) {
    const refused = await replace(app, payload, bearer)
    t.match([refused.statusCode, codeOf(refused)], [401, reason])
  }
  t.same(faultyPaths(await replace(app, { password }, bearer)), ['code'])
  t.same(faultyPaths(await replace(app, {}, bearer)), ['password'])
  t.equal((await replace(app, { password, code: spent })).statusCode, 401)
  t.match(await factorsOf(app, bearer), { recoveryCodesLeft: 9 })

  const answer = await replace(app, { password, code: spent }, bearer)
  t.equal(answer.statusCode, 200)
  t.equal(answer.headers['cache-control'], 'no-store')
  const made: string[] = answer.json().recoveryCodes
  t.equal(new Set([...made, ...recoveryCodes]).size, 20)
  t.same(await factorsOf(app, bearer), { totp: true, passkeys: 0, recoveryCodesLeft: 10 })
  t.equal(codeOf(await replace(app, { password, code: spent }, bearer)), 'invalid-code', 'used up')

  const mfaToken = await begin()
  const voided = await post(app, '/auth/login/mfa', { mfaToken, code: recoveryCodes[1] })
  t.equal(codeOf(voided), 'invalid-code')
  t.equal((await post(app, '/auth/login/mfa', { mfaToken, code: made[0] })).statusCode, 200)
  t.equal((await replace(app, { password, code: made[1] }, bearer)).statusCode, 200)
  const headers = { authorization: `Bearer ${other.json().accessToken}` }
  t.equal((await app.inject({ url: '/auth/me', headers })).statusCode, 200, 'sessions stay')
  const entries = await app.db.read.auditEntry.findMany({
    where: { action: 'user.recovery-codes-replaced' },
  })
  t.equal(entries.length, 2)
  t.notMatch(JSON.stringify(entries), new RegExp([...made, ...recoveryCodes].join('|')))
})

t.test('five wrong codes lock the account here too', async (t) => {
  const { app, bearer, secret, code } = await withTotp(t)
  const wrong = wrongCodeOf(secret)
  for (let i = 0; i < 5; i++) await replace(app, { password, code: wrong }, bearer)
  t.equal((await replace(app, { password, code: await code() }, bearer)).statusCode, 429)
})

t.test('with passkeys alone, the sign-in must be recent or a recovery code is sent', async (t) => {
  const { app, headers, register } = await withAuthenticator(t)
  const [first = ''] = (await register()).json().recoveryCodes
  t.same(await factorsOf(app, headers), { totp: false, passkeys: 1, recoveryCodesLeft: 10 })
  t.equal((await replace(app, { password: 'wrong' }, headers)).statusCode, 401)
  const answer = await replace(app, { password }, headers)
  t.equal(answer.json().recoveryCodes.length, 10)
  t.equal(codeOf(await replace(app, { password, code: first }, headers)), 'invalid-code', 'replaced')

  const createdAt = new Date(Date.now() - 11 * 60 * 1000)
  await app.db.write((tx) => tx.session.updateMany({ data: { createdAt } }))
  const late = await replace(app, { password }, headers)
  t.match([late.statusCode, codeOf(late)], [403, 'recent-sign-in-required'])
  const [code] = answer.json().recoveryCodes
  t.equal((await replace(app, { password, code }, headers)).statusCode, 200)
})

t.test('a user without a second factor has none to replace', async (t) => {
  const { app, bearer } = await withAda(t, noRateLimits)
  t.same(await factorsOf(app, bearer), { totp: false, passkeys: 0, recoveryCodesLeft: 0 })
  t.equal((await replace(app, { password }, bearer)).statusCode, 404)
  t.equal((await replace(app, { password, code: '123456' }, bearer)).statusCode, 404)
  await post(app, '/auth/mfa/totp', { password }, bearer)
  t.match(await factorsOf(app, bearer), { totp: false }, 'a secret that was not confirmed is not on')
  const foreign = { cookie: `access_token=${(await login(app)).cookies.access_token}` }
  const answer = await replace(app, { password }, { ...foreign, origin: 'https://evil.test' })
  t.equal(answer.statusCode, 403)
})
