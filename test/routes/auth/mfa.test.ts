import t from 'tap'
import { ada, login, post, withAda } from '../../helpers/ada.js'
import { faultyPaths, noRateLimits } from '../../helpers/app.js'
import { codeOf, renewCode, turnTotpOn, withTotp, wrongCodeOf } from '../../helpers/mfa.js'

type Answer = Awaited<ReturnType<typeof post>>
const codeOfProblem = (answer: Answer) => String(answer.json().type).replace('/problems/', '')
const off = (app: Parameters<typeof post>[0], payload: object, headers: Record<string, string>) =>
  app.inject({ method: 'DELETE', url: '/auth/mfa/totp', payload, headers })
const hasMfa = async (app: Parameters<typeof post>[0], headers: Record<string, string>) =>
  (await app.inject({ url: '/auth/me', headers })).json().mfa

t.test('turning codes on takes the password and a code, and ends every other session', async (t) => {
  const { app, bearer } = await withAda(t, noRateLimits)
  const other = await login(app)
  t.equal(await hasMfa(app, bearer), false)
  const wrong = await post(app, '/auth/mfa/totp', { password: 'wrong' }, bearer)
  t.match([wrong.statusCode, codeOfProblem(wrong)], [401, 'invalid-credentials'])
  t.equal((await post(app, '/auth/mfa/totp', { password: ada.password })).statusCode, 401)
  t.same(faultyPaths(await post(app, '/auth/mfa/totp', { code: '1' }, bearer)), ['code', 'password'])

  const early = await post(app, '/auth/mfa/totp/confirm', { code: '123456' }, bearer)
  t.match([early.statusCode, codeOfProblem(early)], [401, 'invalid-code'])
  const first = (await post(app, '/auth/mfa/totp', { password: ada.password }, bearer)).json()
  const answer = await post(app, '/auth/mfa/totp', { password: ada.password }, bearer)
  t.equal(answer.statusCode, 200)
  t.equal(answer.headers['cache-control'], 'no-store')
  const { secret, uri } = answer.json()
  t.match(uri, `otpauth://totp/Stockroom:ada%40shop.test?issuer=Stockroom&secret=${secret}&`)
  t.not(secret, first.secret)
  t.notMatch(JSON.stringify(await app.db.read.totp.findMany()), secret)
  t.equal(await hasMfa(app, bearer), false, 'not before it is confirmed')
  t.equal((await login(app)).answer.statusCode, 200)

  for (const code of [codeOf(first.secret), wrongCodeOf(secret)]) {
    const refused = await post(app, '/auth/mfa/totp/confirm', { code }, bearer)
    t.match([refused.statusCode, codeOfProblem(refused)], [401, 'invalid-code'])
  }
  const confirmed = await post(app, '/auth/mfa/totp/confirm', { code: codeOf(secret) }, bearer)
  t.equal(confirmed.statusCode, 200)
  const { recoveryCodes, ...rest } = confirmed.json()
  t.same(rest, {})
  t.equal(new Set(recoveryCodes).size, 10)
  t.equal(await hasMfa(app, bearer), true)
  t.equal((await app.inject({ url: '/auth/me', headers: other.bearer })).statusCode, 401)

  for (const [url, payload] of [
    ['/auth/mfa/totp', { password: ada.password }],
    ['/auth/mfa/totp/confirm', { code: codeOf(secret) }],
  ] as const) {
    const again = await post(app, url, payload, bearer)
    t.match([again.statusCode, codeOfProblem(again)], [409, 'totp-enabled'])
  }
})

t.test('a sign-in then takes a code, and its token is good for that alone', async (t) => {
  const { app, secret, code } = await withTotp(t)
  await renewCode(app)
  const { answer } = await login(app)
  t.equal(answer.statusCode, 401)
  t.equal(answer.headers['set-cookie'], undefined)
  const { mfaToken, ...problem } = answer.json()
  t.match(problem, { type: '/problems/mfa-required', status: 401, methods: ['totp', 'recovery-code'] })
  t.match(mfaToken, /^[\w-]{43}$/)
  t.notMatch(JSON.stringify(await app.db.read.mfaToken.findMany()), mfaToken)

  const asAccess = { authorization: `Bearer ${mfaToken}` }
  t.equal((await app.inject({ url: '/auth/me', headers: asAccess })).statusCode, 401)
  t.equal((await post(app, '/auth/refresh', { refreshToken: mfaToken })).statusCode, 401)
  const wrong = await post(app, '/auth/login/mfa', { mfaToken, code: wrongCodeOf(secret) })
  t.match([wrong.statusCode, codeOfProblem(wrong)], [401, 'invalid-code'])

  const signedIn = await post(app, '/auth/login/mfa', { mfaToken, code: codeOf(secret) })
  t.equal(signedIn.statusCode, 200)
  t.match(signedIn.json(), { user: { email: ada.email, mfa: true }, expiresIn: 900 })
  t.same(
    signedIn.cookies.map(({ name }) => name),
    ['access_token', 'refresh_token', 'device_token'],
  )
  const { accessToken } = signedIn.json()
  const bearer = { authorization: `Bearer ${accessToken}` }
  t.equal((await app.inject({ url: '/auth/me', headers: bearer })).statusCode, 200)

  for (const token of [mfaToken, accessToken, 'unknown', '']) {
    const refused = await post(app, '/auth/login/mfa', { mfaToken: token, code: await code() })
    t.match([refused.statusCode, codeOfProblem(refused)], [401, 'invalid-token'], token)
  }
  t.same(faultyPaths(await post(app, '/auth/login/mfa', { mfaToken: 5 })), ['code', 'mfaToken'])
})

t.test(
  'a program gets its tokens in the body, and a browser a new session in place of its old one',
  async (t) => {
    const { app, bearer, begin, code } = await withTotp(t)
    const [mfaToken, byCookie] = [await begin(), await begin()]
    const program = await post(app, '/auth/login/mfa', { mfaToken, code: await code(), tokens: 'body' })
    t.equal(program.headers['set-cookie'], undefined)
    t.match(program.json().refreshToken, /^[\w-]{43}$/)

    const first = await post(app, '/auth/login/mfa', { mfaToken: byCookie, code: await code() })
    const cookies = Object.fromEntries(first.cookies.map(({ name, value }) => [name, value]))
    const cookie = `refresh_token=${cookies.refresh_token}`
    const again = await post(
      app,
      '/auth/login/mfa',
      { mfaToken: await begin(), code: await code() },
      { cookie },
    )
    t.equal(again.statusCode, 200)
    t.equal((await post(app, '/auth/refresh', undefined, { cookie })).statusCode, 401, 'ended')
    t.equal((await app.inject({ url: '/auth/me', headers: bearer })).statusCode, 200)
  },
)

t.test('a code signs in once, even in concurrent sign-ins', async (t) => {
  const { app, recoveryCodes, begin, code } = await withTotp(t)
  const [recovery = ''] = recoveryCodes
  for (const one of [await code(), recovery]) {
    const tokens = [await begin(), await begin(), await begin()]
    const answers = await Promise.all(
      tokens.map((mfaToken) => post(app, '/auth/login/mfa', { mfaToken, code: one })),
    )
    t.same(answers.map(({ statusCode }) => statusCode).toSorted(), [200, 401, 401])
    const right = await post(app, '/auth/login/mfa', { mfaToken: await begin(), code: one })
    t.equal(codeOfProblem(right), 'invalid-code')
  }
  const mfaToken = await begin()
  const codes = recoveryCodes.slice(1, 4)
  const answers = await Promise.all(
    codes.map((each) => post(app, '/auth/login/mfa', { mfaToken, code: each })),
  )
  t.same(answers.map(({ statusCode }) => statusCode).toSorted(), [200, 401, 401], 'and so does a token')
  t.equal(await app.db.read.recoveryCode.count(), 8, 'the losers of that race keep their codes')
})

t.test('turning codes off takes the password and a code', async (t) => {
  const { app, bearer, secret, recoveryCodes, code } = await withTotp(t)
  const [recovery = ''] = recoveryCodes
  const wrongPassword = await off(app, { password: 'wrong', code: await code() }, bearer)
  t.match([wrongPassword.statusCode, codeOfProblem(wrongPassword)], [401, 'invalid-credentials'])
  const wrongCode = await off(app, { password: ada.password, code: wrongCodeOf(secret) }, bearer)
  t.match([wrongCode.statusCode, codeOfProblem(wrongCode)], [401, 'invalid-code'])
  t.same(faultyPaths(await off(app, {}, bearer)), ['code', 'password'])
  t.equal((await off(app, { password: ada.password, code: recovery }, {})).statusCode, 401)

  t.equal((await off(app, { password: ada.password, code: recovery }, bearer)).statusCode, 204)
  t.equal(await hasMfa(app, bearer), false, 'and the session stays')
  t.same([await app.db.read.totp.count(), await app.db.read.recoveryCode.count()], [0, 0])
  t.equal((await login(app)).answer.statusCode, 200)
  t.equal((await off(app, { password: ada.password, code: recovery }, bearer)).statusCode, 404)

  const again = await turnTotpOn(app, bearer)
  t.not(again.secret, secret)
  await renewCode(app)
  const by = { password: ada.password, code: codeOf(again.secret) }
  t.equal((await off(app, by, bearer)).statusCode, 204)
})

t.test('a change by cookie must come from the same origin', async (t) => {
  const { app, begin, code } = await withTotp(t)
  const signedIn = await post(app, '/auth/login/mfa', { mfaToken: await begin(), code: await code() })
  const cookie = `access_token=${signedIn.json().accessToken}`
  const foreign = { cookie, origin: 'https://evil.test' }
  t.equal((await post(app, '/auth/mfa/totp', { password: ada.password }, foreign)).statusCode, 403)
  t.equal((await off(app, { password: ada.password, code: await code() }, foreign)).statusCode, 403)
})
